"""The plan: what one patrol is told, as a file (`plan.json`) the crawler and everybody after it can read.

Needs only the standard library, so any step can read a patrol folder without Scrapy.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

RenderMode = Literal["auto", "never", "always"]
Scope = Literal["domain", "host", "path"]

PLAN_FILE = "plan.json"


@dataclass(frozen=True)
class Budget:
    """The most a patrol takes from one target; the first limit reached ends the target."""

    pages: int = 300
    depth: int = 8
    bytes: int = 300_000_000
    minutes: float = 30.0


@dataclass(frozen=True)
class Politeness:
    """How gently every host is asked."""

    delay: float = 1.0
    """Seconds between two requests to one host, before AutoThrottle lengthens it."""
    per_host: int = 1
    """Connections open to one host at a time."""
    timeout: float = 30.0
    """Seconds one fetch may take, from connecting to its last byte."""
    max_body: int = 20_000_000
    """Bytes read of one response, and again of what it decompresses to; more ends as failed: too large."""
    user_agent: str = "xuncha/0.1 (+mailto:xuncha@example.org; internet-finance patrol)"


@dataclass(frozen=True)
class PictureBudget:
    """The most a patrol reads of what is written in pictures: it takes seconds of a core where a page takes
    milliseconds."""

    pages: int = 200
    """Pages whose pictures are read: flagged ones, the worst first, then those with little text. 0: none."""
    images: int = 1_000
    """Images kept beside the screenshots."""


@dataclass(frozen=True)
class TargetPlan:
    """One target 目标 as the crawler sees it."""

    key: str
    """The host of the first url: what journal lines name the target by."""
    urls: tuple[str, ...]
    scope: Scope = "domain"
    """`domain`: the registered domain of the urls; `host`: these hosts only; `path`: below these urls."""
    budget: Budget = field(default_factory=Budget)
    robots_override: str = ""
    """Why robots.txt is not obeyed here; empty: it is obeyed."""
    carrier: bool = False
    """True where the `ads` spider takes advertisements; the `site` spider leaves these pages alone."""
    expected_pages: int = 0
    """Fewer captured pages than this ends the target as 异常."""


@dataclass(frozen=True)
class Plan:
    """One patrol 巡查."""

    patrol: str
    """Id and folder name: UTC start as YYYYMMDD-HHMMSS."""
    created_at: str
    """ISO 8601, UTC."""
    targets: tuple[TargetPlan, ...]
    politeness: Politeness = field(default_factory=Politeness)
    render: RenderMode = "auto"
    proxy: str = ""
    """`http://host:port` that every request goes through; empty: straight out, private addresses refused."""
    hosts_at_once: int = 16
    """Hosts fetched from at the same time."""
    pictures: PictureBudget = field(default_factory=PictureBudget)


class PlanError(ValueError):
    """A plan file that is missing or cannot be read; the message names the file and what to do."""


def write_plan(folder: Path, plan: Plan) -> Path:
    """Write `plan.json` into `folder` (made if missing), whole or not at all; return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / PLAN_FILE
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        json.dump(asdict(plan), file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return path


def read_plan(path: Path) -> Plan:
    """Read a plan from its file or its patrol folder. Raises PlanError."""
    if path.is_dir():
        path = path / PLAN_FILE
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return _plan(data)
    except FileNotFoundError:
        raise PlanError(f"{path}: no plan here; give the folder of a patrol or its plan.json") from None
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise PlanError(f"{path}: not a plan ({error})") from error


def _plan(data: dict[str, Any]) -> Plan:
    targets = tuple(
        TargetPlan(**{**row, "urls": tuple(row["urls"]), "budget": Budget(**row["budget"])}) for row in data["targets"]
    )
    pictures = PictureBudget(**data.get("pictures", {}))  # plans of earlier versions have none
    return Plan(**{**data, "targets": targets, "politeness": Politeness(**data["politeness"]), "pictures": pictures})
