import json
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from crawler.journal import JOURNAL_FILE
from crawler.manifest import (
    MANIFEST_FILE,
    ManifestError,
    close_patrol,
    file_sha256,
    is_closed,
    manifest_sha256,
    patrol_folders,
    read_manifest,
)
from tests.crawler.patrols import AT, make_patrol

DAY = datetime(2026, 1, 3, tzinfo=UTC)


def test_it_works(tmp_path: Path) -> None:
    folder = make_patrol(tmp_path, "20260102-030405")
    manifest = close_patrol(folder, tmp_path, AT)
    assert manifest == read_manifest(folder)
    assert manifest.patrol == "20260102-030405"
    assert manifest.closed_at == "2026-01-02T03:04:05.000Z"
    assert (manifest.endings, manifest.pictures) == ({"captured": 2, "failed": 1}, {"captured": 1, "failed": 1})
    assert manifest.journal_lines == 5
    assert manifest.journal_sha256 == file_sha256(folder / JOURNAL_FILE)
    assert [each.name for each in manifest.files] == ["crawl-00001.warc.gz", "pictures-00001.warc.gz"]
    assert [each.sha256 for each in manifest.files] == [file_sha256(folder / each.name) for each in manifest.files]
    assert manifest.previous is None


def test_each_patrol_is_chained_to_the_one_closed_before(tmp_path: Path) -> None:
    folders = [make_patrol(tmp_path, f"2026010{n}-000000") for n in range(1, 4)]
    for folder in folders:
        close_patrol(folder, tmp_path, AT)
    for before, after in pairwise(folders):
        previous = read_manifest(after).previous
        assert previous
        assert (previous.patrol, previous.sha256) == (before.name, manifest_sha256(before))


def test_an_older_patrol_that_closes_late_goes_to_the_end_of_the_chain(tmp_path: Path) -> None:
    older, newer = make_patrol(tmp_path, "20260101-000000"), make_patrol(tmp_path, "20260102-000000")
    close_patrol(newer, tmp_path, AT)
    manifest = close_patrol(older, tmp_path, DAY)
    assert manifest.previous
    assert manifest.previous.patrol == newer.name


def test_closing_twice_changes_nothing(tmp_path: Path) -> None:
    folder = make_patrol(tmp_path, "20260101-000000")
    first = close_patrol(folder, tmp_path, AT)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert close_patrol(folder, tmp_path, DAY) == first
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_what_a_kill_tore_is_cut_before_it_is_sealed(tmp_path: Path) -> None:
    folder = make_patrol(tmp_path, "20260101-000000")
    whole = {name: (folder / name).read_bytes() for name in (JOURNAL_FILE, "crawl-00001.warc.gz")}
    for name, data in whole.items():
        (folder / name).write_bytes(data + b"\x1f\x8b{torn")
    close_patrol(folder, tmp_path, AT)
    assert {name: (folder / name).read_bytes() for name in whole} == whole


def test_a_patrol_that_got_nowhere_closes_too(tmp_path: Path) -> None:
    folder = make_patrol(tmp_path, "20260101-000000")
    for path in [*folder.glob("*.gz"), folder / JOURNAL_FILE]:
        path.unlink()
    manifest = close_patrol(folder, tmp_path, AT)
    assert (manifest.files, manifest.journal_lines) == ((), 0)


def test_an_open_patrol_has_no_manifest(tmp_path: Path) -> None:
    folder = make_patrol(tmp_path, "20260101-000000")
    assert not is_closed(folder)
    with pytest.raises(ManifestError, match="the patrol is open"):
        read_manifest(folder)
    assert patrol_folders(tmp_path) == [folder]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"previous": 1}'])
def test_what_is_no_manifest_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / MANIFEST_FILE).write_text(text)
    with pytest.raises(ManifestError, match=MANIFEST_FILE):
        read_manifest(tmp_path)


def test_it_is_json_anyone_can_read(tmp_path: Path) -> None:
    folder = make_patrol(tmp_path, "20260101-000000")
    manifest = close_patrol(folder, tmp_path, AT)
    assert json.loads((folder / MANIFEST_FILE).read_bytes()) == json.loads(json.dumps(asdict(manifest)))
