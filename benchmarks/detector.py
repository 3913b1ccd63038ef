"""The detector's speed, HTML to verdicts, beside jieba.cut on the same pages' text, in the same run on one core.

    .venv/bin/python -m benchmarks.detector [--pages FOLDER] [--rounds N]

FOLDER holds .html files; without it pages are made of the project's own sentences, each used once: pages of everyday
text, of finance news and statutes, of soft promotion with three leads among thirty paragraphs. Every round has a new
analyser, so that nothing is remembered but what the pages of one round share (their frame), and the better of the
rounds counts. Prints a row a kind of page and the ratio over all.
"""

from __future__ import annotations

import argparse
import logging
import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import jieba

from benchmarks.labelled import Labelled, read_sentences
from nlp.analyse import Analyser
from nlp.opinion import load_opinion
from nlp.rulebook import load_rulebook

ROOT = Path(__file__).resolve().parents[1]
_PARAGRAPHS = 30
_LEADS = 3
_PAGES = 30
"""Pages of a kind."""


@dataclass(frozen=True)
class Row:
    """Seconds for some pages."""

    name: str
    megabytes: float
    ours: float
    jieba: float


def page(title: str, paragraphs: list[str]) -> bytes:
    """A page of everyday build: navigation, wrapped paragraphs with inline markup, footer."""
    links = "".join(f'<li><a href="/c/{i}.html">栏目{i}</a></li>' for i in range(24))
    body = "".join(f'<div class="row"><p>{p[:20]}<b>{p[20:26]}</b>{p[26:]}</p></div>' for p in paragraphs)
    html = (
        f"<!doctype html><html><head><meta charset=utf-8><title>{title}</title></head><body>"
        f'<div id="nav"><ul>{links}</ul></div><div class="main"><h1>{title}</h1>{body}</div>'
        '<div class="footer"><p>联系我们</p><p>网站地图</p></div></body></html>'
    )
    return html.encode()


def built_pages() -> dict[str, list[bytes]]:
    """Three kinds of pages of about 10 kB."""
    sentences = read_sentences(ROOT / "tests" / "quality" / "sentences", aside=False)
    random.Random(1).shuffle(sentences)
    clean = [block for block in sentences if not block.is_lead]
    everyday = _texts(block for block in clean if block.context == "other")
    told = _texts(block for block in clean if block.context in ("report", "law", "licensed"))
    soft = _texts(block for block in clean if block.context not in ("other", "report", "law", "licensed"))
    leads = _texts(block for block in sentences if block.is_lead)
    return {
        "everyday text": _pages(everyday, [], 0),
        "finance news, statutes": _pages(told, [], 0),
        "promotion, 3 leads of 30": _pages(soft, leads, _LEADS),
    }


def _texts(blocks: Iterable[Labelled]) -> list[str]:
    return [block.text for block in blocks]


def _pages(texts: list[str], leads: list[str], most: int) -> list[bytes]:
    """Pages of paragraphs that stand nowhere else."""
    paragraphs = iter(texts)
    pages = []
    for number in range(_PAGES):
        chosen = leads[number * most : (number + 1) * most]
        chosen += [text for text, _ in zip(paragraphs, range(_PARAGRAPHS - most), strict=False)]
        if len(chosen) == _PARAGRAPHS:
            pages.append(page(chosen[0][:20], chosen))
    return pages


def seconds(work: Callable[[], object], rounds: int) -> float:
    """The best processor time of some rounds: what the work takes when nothing else runs."""
    best = float("inf")
    for _ in range(rounds):
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return best


def measure(name: str, pages: list[bytes], rounds: int) -> Row:
    """Pages by both."""
    rulebook, opinion = load_rulebook(ROOT / "rules"), load_opinion()
    texts = [Analyser(rulebook).analyse_html(raw).text for raw in pages]
    _cold(Analyser(rulebook, opinion), pages)  # compiles the patterns that these pages try
    ours = min(_cold(Analyser(rulebook, opinion), pages) for _ in range(rounds))
    cut = seconds(lambda: [list(jieba.cut(text)) for text in texts], max(1, rounds // 2))
    return Row(name, sum(map(len, pages)) / 1e6, ours, cut)


def _cold(analyser: Analyser, pages: list[bytes]) -> float:
    """Seconds for pages seen for the first time."""
    return seconds(lambda: [analyser.analyse_html(raw) for raw in pages], 1)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--pages", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    started = time.perf_counter()
    Analyser(load_rulebook(ROOT / "rules"), load_opinion())
    print(f"start-up without the compiled rule base {time.perf_counter() - started:.3f} s")
    if arguments.pages:
        kinds = {"pages": [path.read_bytes() for path in sorted(arguments.pages.rglob("*.htm*"))]}
    else:
        kinds = built_pages()
    rows = [measure(name, pages, arguments.rounds) for name, pages in kinds.items()]
    print(f"{'':<28}{'kB':>9}{'ours ms':>10}{'jieba ms':>10}{'MB/s':>8}{'ratio':>8}")
    for row in rows:
        print(_line(row))
    print(_line(Row("all", *(sum(getattr(row, part) for row in rows) for part in ("megabytes", "ours", "jieba")))))


def _line(row: Row) -> str:
    return (
        f"{row.name[:27]:<28}{row.megabytes * 1e3:>9.1f}{row.ours * 1e3:>10.3f}{row.jieba * 1e3:>10.2f}"
        f"{row.megabytes / row.ours:>8.1f}{row.jieba / row.ours:>8.1f}"
    )


if __name__ == "__main__":
    main()
