"""Search at size: `python -m benchmarks.search [DOCUMENTS]`, 100,000 by default.

Synthetic captures, words drawn by Zipf's law from jieba's dictionary; indexing rate, index size, and the time of
a mixed set of queries with all facets, highlights and twenty hits, beside the bare phrases without.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path
from statistics import quantiles

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xuncha.django_settings")
django.setup()  # before the models are imported

from indexer.documents import Document  # noqa: E402
from indexer.embedded import EmbeddedEngine, open_engine  # noqa: E402
from indexer.engine import Search  # noqa: E402
from indexer.query import parse  # noqa: E402

SEED = 20261123
WORDS_A_PAGE = 300
"""The mean of design §4's figures for Elasticsearch, so that the two can be compared."""
BATCH = 500
QUERIES = 600
FAMILIES = ("guarantee", "return", "raise", "crypto", "pyramid", "loan", "advisory", "licence")
_QUOTE = "承诺保本保息"


class Pages:
    """Draws captures; the same ones for the same seed."""

    def __init__(self) -> None:
        self._random = random.Random(SEED)
        self._words = _dictionary()
        self._weights = list(accumulate(1 / rank for rank in range(1, len(self._words) + 1)))

    def text(self) -> str:
        words = self._random.choices(self._words, cum_weights=self._weights, k=WORDS_A_PAGE)
        words[14::15] = ["，"] * len(words[14::15])
        words[29::30] = ["。\n"] * len(words[29::30])
        return "".join(words)

    def page(self, number: int) -> Document:
        draw = self._random
        is_flagged = draw.random() < 0.1
        host = f"h{min(int(draw.paretovariate(1)), 5000)}.test"
        at = datetime(2026, 6, 1, tzinfo=UTC) + timedelta(seconds=draw.randrange(15_000_000))
        plain = Document(
            id=f"20261123-010000-{number:010x}", version=1, url=f"http://{host}/{number}", host=host, domain=host,
            title=self.text()[:20], text=self.text(), fetched_at=at, month=at.strftime("%Y-%m"), ending="captured",
            analysis="analysed", decision="none", severity=0, score=0, area=draw.choice(("p2p", "payment")),
            target=host, patrol="20261123-010000", subject=f"主体{host}", status=200,
        )  # fmt: skip
        return self._flagged(plain) if is_flagged else plain

    def _flagged(self, page: Document) -> Document:
        family = self._random.choice(FAMILIES)
        middle = len(page.text) // 2
        return replace(
            page,
            text=page.text[:middle] + _QUOTE + page.text[middle:],
            decision=self._random.choice(("violation", "suspect", "excluded")),
            severity=self._random.randrange(1, 5),
            score=self._random.randrange(101),
            rule=(f"{family}.principal",),
            family=(family,),
            quote=(_QUOTE,),
            review=("pending",),
        )

    def queries(self, texts: list[str]) -> list[str]:
        """Phrases cut from the texts, alone and in the company an investigator gives them."""
        return [self._query(texts) for _ in range(QUERIES)]

    def _query(self, texts: list[str]) -> str:
        first, second = (self.phrase(texts) for _ in range(2))
        return self._random.choice(
            (
                f'"{first}"',
                f'"{first}"',
                f'"{first}" AND severity:>=2',
                f'"{first}" OR "{second}"',
                f'"{first}" AND NOT "{second}"',
                f'"{first} {second}"~5',
                f"保本保息 AND severity:>=3 AND host:*{self._random.randrange(10)}.test",
                f'类别:guarantee.* OR (判定:违规线索 AND "{first}")',
                "时间:2026-08 AND 判定:违规线索",
                f"host:h{self._random.randrange(1, 50)}.test",
            )
        )

    def phrase(self, texts: list[str]) -> str:
        """Two to six characters of a page, without the punctuation that would end a phrase."""
        text = self._random.choice(texts).replace("\n", "").replace("，", "").replace("。", "")
        start = self._random.randrange(len(text) - 6)
        return text[start : start + self._random.randrange(2, 7)]


def _dictionary() -> list[str]:
    """jieba's words of two characters and more, most frequent first; only its file is read."""
    found = find_spec("jieba")
    assert found
    assert found.origin
    lines = (Path(found.origin).parent / "dict.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split() for line in lines]
    rows.sort(key=lambda row: -int(row[1]))
    return [row[0] for row in rows if len(row[0]) > 1 and '"' not in row[0]]


def main() -> None:
    """Index, ask, print."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    pages = Pages()
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(Path(folder))
        texts, drawing, total = _index(engine, pages, size)
        used = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
        print(f"{size} captures: {size / (total - drawing):,.0f} a second indexed, {used / 1e6:,.0f} MB")
        _ask(engine, "mixed, facets, highlights", pages.queries(texts), Search(parse("*:*"), order="severity"))
        phrases = [f'"{pages.phrase(texts)}"' for _ in range(QUERIES)]
        _ask(engine, "phrases, facets, highlights", phrases, Search(parse("*:*")))
        _ask(engine, "phrases alone", phrases, Search(parse("*:*"), facets=(), highlight=False))


def _index(engine: EmbeddedEngine, pages: Pages, size: int) -> tuple[list[str], float, float]:
    """Index `size` pages; some of their texts, seconds spent drawing them, and seconds in all."""
    texts: list[str] = []
    drawing = 0.0

    def batches() -> Iterator[list[Document]]:
        nonlocal drawing
        for first in range(0, size, BATCH):
            start = time.perf_counter()
            batch = [pages.page(number) for number in range(first, min(first + BATCH, size))]
            texts.append(batch[0].text)
            drawing += time.perf_counter() - start
            yield batch

    start = time.perf_counter()
    engine.replace(batches())
    return texts, drawing, time.perf_counter() - start


def _ask(engine: EmbeddedEngine, name: str, queries: list[str], shape: Search) -> None:
    times = []
    for query in queries:
        search = replace(shape, clause=parse(query))
        start = time.perf_counter()
        engine.search(search)
        times.append((time.perf_counter() - start) * 1000)
    cut = quantiles(times, n=100)
    print(f"{name}: p50 {cut[49]:.1f} ms, p95 {cut[94]:.1f} ms, p99 {cut[98]:.1f} ms ({len(queries)} queries)")


if __name__ == "__main__":
    main()
