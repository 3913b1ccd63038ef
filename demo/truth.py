"""What is true of each page of the sample web: sites/<host>/truth.yml, read and checked.

A truth file holds the list `pages:`; a row's keys are the fields of PageTruth, with `url` a path on the
file's own host.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from demo.web import SITES

Decision = Literal["violation", "suspect", "excluded", "info", "none"]
"""The same words as nlp.finding.Decision; the sample web imports nothing of what it tests."""
Ending = Literal["captured", "refused", "failed"]
TRUTH_FILE = "truth.yml"
LISTS = ("families", "must_quote", "also", "why", "chain", "advertised_on")


class TruthError(ValueError):
    """Truth files that cannot be relied on; the message names every fault with its file."""


@dataclass(frozen=True)
class PageTruth:
    """What a patrol must say about one page."""

    url: str
    host: str
    decision: Decision = "none"
    """The worst of the page's findings."""
    also: tuple[Decision, ...] = ()
    """Other decisions just as right."""
    families: tuple[str, ...] = ()
    """Families that must stand among its flagged findings."""
    must_quote: tuple[str, ...] = ()
    """Words of the page, as written there (or drawn), that a flagged finding must quote (whole or in part)."""
    drawn: str = ""
    """Path of the image in which alone the words stand."""
    needs_render: bool = False
    """Its text is there only after scripts have run."""
    ending: Ending = "captured"
    why: tuple[str, ...] = ()
    """Where it is not captured: what the journal's `why` may begin with."""
    chain: tuple[str, ...] = ()
    """Urls that led here by redirect, first to last."""
    advertised_on: tuple[str, ...] = ()
    """Carrier pages whose advertisement leads here."""
    note: str = ""

    @property
    def accepted(self) -> tuple[Decision, ...]:
        return (self.decision, *self.also)

    @property
    def flagged(self) -> bool:
        """True where an investigator must see the page."""
        return self.decision in ("violation", "suspect")


def load_truth(folder: Path = SITES) -> tuple[PageTruth, ...]:
    """The truth about all pages, in order of host. Raises TruthError with every fault at once."""
    faults: list[str] = []
    pages: list[PageTruth] = []
    for path in sorted(folder.glob(f"*/{TRUTH_FILE}")):
        for row in _rows(path):
            found = _row_faults(row)
            faults += [f"{path}: {row.get('url', '?')}: {fault}" for fault in found]
            if not found:
                pages.append(_page(path.parent.name, row))
    faults += [f"{url}: stated twice" for url in _doubles([page.url for page in pages])]
    if faults:
        raise TruthError("\n".join(faults))
    return tuple(pages)


def _rows(path: Path) -> list[dict[str, Any]]:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(data, dict) or list(data) != ["pages"]:
        raise TruthError(f"{path}: must hold the list `pages:` and nothing else")
    rows: list[dict[str, Any]] = data["pages"]
    return rows


def _page(host: str, row: dict[str, Any]) -> PageTruth:
    lists = {name: tuple(row[name]) for name in LISTS if name in row}
    return PageTruth(**{**row, **lists, "url": f"http://{host}{row['url']}", "host": host})


def _row_faults(row: dict[str, Any]) -> list[str]:
    faults = [f"unknown key {key}" for key in row.keys() - {item.name for item in fields(PageTruth)}]
    decisions = [row.get("decision", "none"), *row.get("also", ())]
    faults += [f"unknown decision {word}" for word in decisions if word not in get_args(Decision)]
    flagged = decisions[0] in ("violation", "suspect")
    if not str(row.get("url", "")).startswith("/"):
        faults.append("url must be a path that begins with /")
    if flagged != bool(row.get("families")):
        faults.append("families belong to flagged pages, and every flagged page names its own")
    if row.get("must_quote") and not flagged:
        faults.append("must_quote belongs to flagged pages")
    if row.get("ending", "captured") not in get_args(Ending):
        faults.append(f"unknown ending {row['ending']}")
    if (row.get("ending", "captured") != "captured") != bool(row.get("why")):
        faults.append("why belongs to pages that are not captured, and each of those has one")
    return faults


def _doubles(urls: list[str]) -> list[str]:
    return sorted({url for url in urls if urls.count(url) > 1})
