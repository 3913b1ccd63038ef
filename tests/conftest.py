"""Every test lives in a home folder of its own; the ledger of tests is Django's test database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from xuncha.settings import HOME_VARIABLE, settings


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A fresh home, for this process and those it starts."""
    folder = tmp_path / "home"
    monkeypatch.setenv(HOME_VARIABLE, str(folder))
    settings.cache_clear()
    yield folder
    settings.cache_clear()
