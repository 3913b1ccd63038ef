"""How far a patrol's crawl is: a small file others read while it runs, replaced whole each time."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PROGRESS_FILE = "progress.json"


@dataclass(frozen=True)
class Progress:
    """A moment of a crawl; counts are of the whole patrol, whatever was resumed."""

    spider: str
    pages: int = 0
    """Urls captured."""
    frontier: int = 0
    in_flight: int = 0
    errors: dict[str, int] = field(default_factory=dict)
    """Failed urls by reason."""
    refused: dict[str, int] = field(default_factory=dict)
    """Refused urls by reason, numbers taken out of traps and budgets."""
    robots_overridden: int = 0
    """Urls fetched against robots.txt for a reason in the plan, in this run."""
    bytes: int = 0
    """Received on the wire."""
    rate: float = 0.0
    """Captures a second, lately."""
    ended: str = ""
    """Empty while it runs; then `finished`, `interrupted`, `disk` or `fatal: …`."""


def write_progress(folder: Path, progress: Progress) -> None:
    """Replace the file in `folder`. Raises OSError."""
    path = folder / PROGRESS_FILE
    part = path.with_suffix(".part")
    part.write_text(json.dumps(asdict(progress), ensure_ascii=False), encoding="utf-8")
    part.replace(path)


def read_progress(folder: Path) -> Progress | None:
    """What the crawl last told, or None before it told anything."""
    try:
        return Progress(**json.loads((folder / PROGRESS_FILE).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
