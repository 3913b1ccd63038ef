"""Settings: where they come from, and that the page about them is complete."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from xuncha.exits import Exit
from xuncha.settings import Settings

OPERATIONS = (Path(__file__).parent.parent.parent / "docs/operations.md").read_text(encoding="utf-8")


def test_the_file_in_the_home_is_read_and_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "xuncha.toml").write_text('contact = "mailto:a@b.test"\nworkers = 3\n')
    monkeypatch.setenv("XUNCHA_HOME", str(tmp_path))
    monkeypatch.setenv("XUNCHA_WORKERS", "5")
    settings = Settings()
    assert settings.home == tmp_path
    assert settings.contact == "mailto:a@b.test"
    assert settings.analysis_workers == 5
    assert settings.archive == tmp_path / "archive"


def test_an_unknown_key_is_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "xuncha.toml").write_text("wrokers = 3\n")
    monkeypatch.setenv("XUNCHA_HOME", str(tmp_path))
    with pytest.raises(ValidationError, match="wrokers"):
        Settings()


@pytest.mark.parametrize(
    "name", ["workers", "archive_sync_seconds", "ledger_wait_seconds", "min_free_bytes", "picture_pages"]
)
def test_less_than_nothing_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"XUNCHA_{name.upper()}", "-1")
    with pytest.raises(ValidationError, match=name):
        Settings()


def test_every_setting_is_documented_with_its_name() -> None:
    documented = set(re.findall(r"^\| `(\w+)` \|", OPERATIONS, re.MULTILINE))
    assert documented == set(Settings.model_fields)


@pytest.mark.parametrize("code", Exit)
def test_every_exit_code_is_documented(code: Exit) -> None:
    assert re.search(rf"^\| {int(code)} \|", OPERATIONS, re.MULTILINE)
