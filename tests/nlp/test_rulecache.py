"""The compiled rule base: the same rules, sooner; never a stale or broken one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from nlp.rulebook import Rulebook, load_rulebook
from nlp.rulecache import fingerprint, load_cached
from nlp.rulefile import RulebookError
from tests.nlp.conftest import RULES


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return Path(shutil.copytree(RULES, tmp_path / "rules"))


def pickles(cache: Path) -> list[Path]:
    return sorted(cache.glob("*.pickle"))


def test_it_works(rules: Path, tmp_path: Path) -> None:
    first = load_cached(rules, tmp_path / "cache")
    assert first == load_rulebook(rules)
    assert load_cached(rules, tmp_path / "cache") == first
    assert [path.name for path in pickles(tmp_path / "cache")] == [f"rulebook-{fingerprint(rules)}.pickle"]


def test_a_second_load_reads_no_yaml(rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_cached(rules, tmp_path)

    def read(folder: Path) -> Rulebook:
        raise AssertionError(folder)

    monkeypatch.setattr("nlp.rulecache.load_rulebook", read)
    assert load_cached(rules, tmp_path).rules


def test_a_changed_rule_is_seen_at_once(rules: Path, tmp_path: Path) -> None:
    before = load_cached(rules, tmp_path)
    path = rules / "guarantee" / "principal.yml"
    path.write_text(path.read_text().replace("title: 承诺保本", "title: 许诺保本"))
    after = load_cached(rules, tmp_path)
    assert after.rule("guarantee.principal").title == "许诺保本"
    assert after.version != before.version
    assert len(pickles(tmp_path)) == 1, "the old one is gone"


@pytest.mark.parametrize("broken", [b"", b"not a pickle", b"\x80\x04N."])
def test_a_broken_cache_is_made_again(rules: Path, tmp_path: Path, broken: bytes) -> None:
    load_cached(rules, tmp_path)
    (kept,) = pickles(tmp_path)
    kept.write_bytes(broken)
    assert load_cached(rules, tmp_path) == load_rulebook(rules)
    assert kept.read_bytes() != broken


def test_broken_rules_are_told_and_not_kept(rules: Path, tmp_path: Path) -> None:
    (rules / "guarantee" / "principal.yml").write_text("id: [")
    with pytest.raises(RulebookError):
        load_cached(rules, tmp_path / "cache")
    assert pickles(tmp_path / "cache") == []


def test_a_cache_that_cannot_be_written_costs_nothing(rules: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert load_cached(rules, tmp_path / "cache") == load_rulebook(rules)
