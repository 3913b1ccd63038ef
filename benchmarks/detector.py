"""The detector's speed, HTML to verdicts, beside jieba.cut on the same pages' text, in the same run on one core.

    .venv/bin/python benchmarks/detector.py [--pages FOLDER] [--rounds N]

FOLDER holds .html files; without it the pages are made here: an article page without a finding, an article with one,
and a promotional page full of them. Prints a row a page and the ratio over all.
"""

from __future__ import annotations

import argparse
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import jieba

from nlp.analyse import Analyser
from nlp.opinion import load_opinion
from nlp.rulebook import load_rulebook

ROOT = Path(__file__).resolve().parents[1]
_NEWS = (
    "市图书馆本周六起延长开放时间，阅览室将开放到晚上九点半。馆方介绍，今年上半年接待读者四十余万人次，少儿阅览区最受欢迎。"
    "新到馆的三千册图书已经完成编目，读者可以通过自助终端查询位置，也可以预约由工作人员送到附近的社区书屋。"
)
_FINANCE = (
    "上半年全市新增贷款主要投向小微企业和制造业，银行机构普遍下调了利率。业内人士表示，居民储蓄意愿仍然较强，理财规模稳步回升，"
    "部分资金转向基金和国债，投资者应当根据自身情况合理安排，不宜盲目追求高收益。"
)
_OFFER = (
    "本平台保本保息，年化收益率百分之十六，一万起投，按月付息到账。逾期由平台全额垫付，风险准备金覆盖本息，"
    "央企背书，名额有限，立即注册即送红包，邀请好友再得佣金。"
)


@dataclass(frozen=True)
class Row:
    """Seconds for one page."""

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


def built_pages() -> dict[str, bytes]:
    """Three kinds of 10 kB pages."""
    return {
        "article, no finance": page("延长开放时间", [_NEWS] * 30),
        "article, finance words": page("信贷投放", [_NEWS] * 20 + [_FINANCE] * 10),
        "promotional page": page("某某理财", [_OFFER] * 3 + [_NEWS] * 27),
    }


def seconds(work: Callable[[], object], rounds: int) -> float:
    """The best time of some rounds: what the work takes when nothing else runs."""
    best = float("inf")
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - started)
    return best


def measure(analyser: Analyser, name: str, raw: bytes, rounds: int) -> Row:
    """One page by both."""
    text = analyser.analyse_html(raw).text
    ours = seconds(lambda: analyser.analyse_html(raw), rounds)
    cut = seconds(lambda: list(jieba.cut(text)), max(2, rounds // 4))
    return Row(name, len(raw) / 1e6, ours, cut)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--pages", type=Path)
    parser.add_argument("--rounds", type=int, default=40)
    arguments = parser.parse_args()
    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    started = time.perf_counter()
    analyser = Analyser(load_rulebook(ROOT / "rules"), load_opinion())
    print(f"start-up {time.perf_counter() - started:.3f} s, {len(analyser.rulebook.rules)} rules")
    if arguments.pages:
        pages = {path.name: path.read_bytes() for path in sorted(arguments.pages.rglob("*.htm*"))}
    else:
        pages = built_pages()
    rows = [measure(analyser, name, raw, arguments.rounds) for name, raw in pages.items()]
    print(f"{'':<28}{'kB':>9}{'ours ms':>10}{'jieba ms':>10}{'MB/s':>8}{'ratio':>8}")
    for row in rows if len(rows) <= 40 else []:
        print(_line(row))
    print(_line(Row("all", *(sum(getattr(row, part) for row in rows) for part in ("megabytes", "ours", "jieba")))))


def _line(row: Row) -> str:
    return (
        f"{row.name[:27]:<28}{row.megabytes * 1e3:>9.1f}{row.ours * 1e3:>10.3f}{row.jieba * 1e3:>10.2f}"
        f"{row.megabytes / row.ours:>8.1f}{row.jieba / row.ours:>8.1f}"
    )


if __name__ == "__main__":
    main()
