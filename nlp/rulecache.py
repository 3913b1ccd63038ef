"""The rule base, compiled once: reading and checking its YAML takes a fifth of a second, a pickle a hundredth.

The cache is named by the content of the rules and of the code that reads them, so a changed rule or a changed reader
is never answered from it. It holds nothing that cannot be made again: whatever is wrong with it, the rules are read.
"""

from __future__ import annotations

import hashlib
import os
import pickle
from contextlib import suppress
from pathlib import Path

from nlp.rulebook import Rulebook, load_rulebook

_READERS = ("clauses", "linear", "rulebook", "rulefile", "sequence", "vocabulary")
"""Modules whose code shapes what is cached."""


def load_cached(folder: Path, cache: Path) -> Rulebook:
    """The rules under `folder`, from a pickle in `cache` where there is one; raises what load_rulebook raises.

    `cache` must be a folder only this user can write: pickles are code.
    """
    compiled = cache / f"rulebook-{fingerprint(folder)}.pickle"
    kept = _read(compiled)
    if kept is not None:
        return kept
    rulebook = load_rulebook(folder)
    with suppress(OSError):  # a read-only or full disk costs the next start a fifth of a second, nothing else
        _write(rulebook, compiled)
    return rulebook


def fingerprint(folder: Path) -> str:
    """Sixteen hex digits that stand for the rules' content and for the code that reads them."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    for path in (*sorted(folder.rglob("*.yml")), *(here / f"{name}.py" for name in _READERS)):
        digest.update(str(path).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _read(compiled: Path) -> Rulebook | None:
    try:
        kept = pickle.loads(compiled.read_bytes())  # noqa: S301 - our own file, in a folder of our own
    except (OSError, EOFError, pickle.UnpicklingError, AttributeError, ImportError, IndexError, TypeError, ValueError):
        return None
    return kept if isinstance(kept, Rulebook) else None


def _write(rulebook: Rulebook, compiled: Path) -> None:
    compiled.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = compiled.with_suffix(f".{os.getpid()}.part")
    part.write_bytes(pickle.dumps(rulebook, pickle.HIGHEST_PROTOCOL))
    part.replace(compiled)
    for old in compiled.parent.glob("rulebook-*.pickle"):
        if old != compiled:
            old.unlink(missing_ok=True)
