"""Runs one spider over one plan and exits by how it ended.

    python -m crawler.run site|ads|pictures PLAN [--stop-with-stdin] [--set NAME=VALUE]…

`scrapy crawl site -a plan=PLAN` does the same work, but its exit code says only whether Scrapy itself ran.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler.leash import FolderTaken, hold_folder, stop_with_stdin
from crawler.plan import PlanError, read_plan

if TYPE_CHECKING:
    from collections.abc import Sequence

FAILED = 1
EXIT_CODES = {"finished": 0, "disk": 4, "interrupted": 130}
"""By `ended` in progress.json; anything else is FAILED. 130 is a shell's code for an interrupted program."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        plan = read_plan(options.plan)
    except PlanError as error:
        print(error, file=sys.stderr)
        return FAILED
    if options.stop_with_stdin:
        stop_with_stdin()
    folder = options.plan if options.plan.is_dir() else options.plan.parent
    try:
        with hold_folder(folder):
            ended = _crawl(options)
    except FolderTaken as error:
        ended = f"fatal: {error}"
    if ended not in EXIT_CODES:
        print(f"{plan.patrol}: {ended}", file=sys.stderr)
    return EXIT_CODES.get(ended, FAILED)


def _crawl(options: argparse.Namespace) -> str:
    """Run the spider; how it ended."""
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.setdict(dict(options.set), priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(options.spider)
    process.crawl(crawler, plan=str(options.plan))
    process.start()
    return getattr(crawler.spider, "ended", "") or "fatal: the spider did not start"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m crawler.run", description=__doc__)
    parser.add_argument("spider")
    parser.add_argument("plan", type=Path)
    parser.add_argument("--stop-with-stdin", action="store_true")
    parser.add_argument("--set", action="append", default=[], type=_setting, metavar="NAME=VALUE")
    return parser


def _setting(text: str) -> tuple[str, str]:
    name, found, value = text.partition("=")
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


if __name__ == "__main__":
    sys.exit(main())
