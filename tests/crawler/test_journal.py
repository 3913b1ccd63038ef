"""A line says what it said when it is read again, whatever a kill left behind it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.journal import (
    JOURNAL_FILE,
    Hop,
    Image,
    JournalError,
    JournalLine,
    JournalWriter,
    Link,
    PictureLine,
    Place,
    UrlLine,
    capture_id,
    cut_torn_tail,
    decode_line,
    encode_line,
    read_journal,
)

texts = st.text(max_size=20)
names = st.text(min_size=1, max_size=20)
"""What no line is without."""
sizes = st.integers(0, 10**12)
places = st.none() | st.builds(Place, texts, sizes, sizes, texts, texts)
hows = st.sampled_from(["seed", "link", "sitemap", "frame", "http", "meta", "script", "ad"])
url_lines = st.builds(
    UrlLine,
    url=names,
    target=names,
    ending=st.sampled_from(["captured", "unchanged", "refused", "failed"]),
    why=texts,
    at=names,
    capture=texts,
    status=sizes,
    content_type=texts,
    size=sizes,
    depth=sizes,
    how=hows,
    via=texts,
    chain=st.lists(st.builds(Hop, texts, sizes, hows), max_size=3).map(tuple),
    address=texts,
    request=places,
    response=places,
    dom=places,
    render=texts,
    links=st.lists(st.builds(Link, texts, hows), max_size=3).map(tuple),
    landing=st.booleans(),
)
offsets = st.integers(-(10**5), 10**5)
images = st.builds(Image, texts, offsets, offsets, offsets, offsets, texts, texts, places)
picture_lines = st.builds(
    PictureLine,
    names,
    names,
    names,
    st.sampled_from(["captured", "failed"]),
    texts,
    screenshot=places,
    images=st.lists(images, max_size=3).map(tuple),
    read=st.booleans(),
)

LINE = UrlLine("http://a.test/", "a.test", "captured", "", "2026-01-02T03:04:05.000Z")
PICTURE = PictureLine("p-1", "http://a.test/", "2026-01-02T03:04:05.000Z", "failed", "timeout")


def written(folder: Path, *lines: JournalLine) -> bytes:
    with JournalWriter(folder) as writer:
        for line in lines:
            writer.write(line)
    return (folder / JOURNAL_FILE).read_bytes()


def test_it_works(tmp_path: Path) -> None:
    data = written(tmp_path, LINE, PICTURE)
    reads = list(read_journal(tmp_path))
    assert [read.line for read in reads] == [LINE, PICTURE]
    assert reads[-1].end == len(data)
    assert [read.line for read in read_journal(tmp_path, reads[0].end)] == [PICTURE]


def test_a_journal_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert list(read_journal(tmp_path)) == []


@pytest.mark.parametrize("lost", range(1, 20, 6))
def test_a_torn_line_is_not_read_and_is_cut_by_the_next_writer(lost: int, tmp_path: Path) -> None:
    data = written(tmp_path, LINE, PICTURE)
    (tmp_path / JOURNAL_FILE).write_bytes(data[:-lost])
    assert [read.line for read in read_journal(tmp_path)] == [LINE]
    assert written(tmp_path, PICTURE) == data


def test_cutting_says_how_much(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    assert cut_torn_tail(path) == 0
    path.write_bytes(b"one\ntwo\nthr")
    assert (cut_torn_tail(path), path.read_bytes()) == (3, b"one\ntwo\n")
    assert cut_torn_tail(path) == 0


@pytest.mark.parametrize("data", [b"{}\n", b"[]\n", b"nonsense\n", b'{"kind":"url"}\n', b'{"kind":"url","x":1}\n'])
def test_a_whole_line_that_is_none_of_ours_is_named(data: bytes, tmp_path: Path) -> None:
    first = written(tmp_path, LINE)
    (tmp_path / JOURNAL_FILE).write_bytes(first + data)
    with pytest.raises(JournalError, match=f"byte {len(first)}"):
        list(read_journal(tmp_path))


@given(st.one_of(url_lines, picture_lines))
def test_every_line_survives_the_way(line: JournalLine) -> None:
    data = encode_line(line)
    assert b"\n" not in data
    assert decode_line(data) == line


def test_defaults_are_left_out() -> None:
    assert len(encode_line(LINE)) < 160


def test_a_capture_is_named_by_patrol_and_url() -> None:
    assert capture_id("20260102-030405", "http://a.test/") == capture_id("20260102-030405", "http://a.test/")
    assert capture_id("20260102-030405", "http://a.test/") != capture_id("20260102-030405", "http://a.test/x")
    assert capture_id("20260102-030405", "http://a.test/").startswith("20260102-030405-")
