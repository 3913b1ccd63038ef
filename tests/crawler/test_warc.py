import gzip
import subprocess
import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from crawler.journal import JournalWriter, Place, UrlLine
from crawler.warc import Archive, EvidenceError, read_record, read_records, recover, target_uri, warc_files

AT = datetime(2026, 1, 2, 3, 4, 5, 678_900, tzinfo=UTC)
URL = "http://shop.test/a"
REQUEST = b"GET /a HTTP/1.1\r\nHost: shop.test\r\nuser-AGENT: x\r\n\r\n"
PAGE = b"<html><p>" + "保本保息".encode() * 50
PLAIN = b"HTTP/1.1 200 OK\r\ncontent-TYPE: text/html\r\nX-Odd:  two  spaces \r\nX-Odd: again\r\n\r\n" + PAGE
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
GZIPPED = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(PAGE, mtime=0)

HOSTILE = {
    "nothing": b"",
    "no head": b"<html>",
    "bytes": bytes(range(256)),
    "status line alone": b"HTTP/1.1 200 OK",
    "no status": b"HTTP/1.1\r\n\r\nbody",
    "lf only": b"HTTP/1.1 200 OK\nA: b\n\nbody",
    "non-ASCII header": b"HTTP/1.1 200 OK\r\nX: " + "保本".encode("gb18030") + b"\r\n\r\nbody",
    "header without colon": b"HTTP/1.1 200 OK\r\nnonsense\r\n\r\nbody",
    "blank line of spaces": b"HTTP/1.1 200 OK\r\n  \t \r\nA: b\r\n\r\nbody",
    "ideographic space": b"HTTP/1.1 200 OK\r\n\xe3\x80\x80\r\nA: b\r\n\r\nbody",
    "broken chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
    "chunked in name only": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n<html>",
    "gzip in name only": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n<html>",
    "a WARC record inside": b"HTTP/1.1 200 OK\r\n\r\nWARC/1.1\r\nWARC-Type: response\r\n\r\n\r\n\r\n",
}


def write(folder: Path, response: bytes, request: bytes = REQUEST, url: str = URL) -> tuple[Place, Place]:
    archive = Archive(folder)
    places = archive.write_exchange("20260102-030405-0123456789", url, AT, "203.0.113.5:80", request, response)
    archive.close()
    return places


def warcio(command: str, folder: Path) -> str:
    """Run warcio's own tool on every file; it must accept them."""
    files = [str(path) for path in warc_files(folder)]
    done = subprocess.run(
        [sys.executable, "-m", "warcio.cli", command, *files], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("response", [PLAIN, CHUNKED, GZIPPED, *HOSTILE.values()])
def test_what_goes_in_comes_out_byte_for_byte(tmp_path: Path, response: bytes) -> None:
    asked, answered = write(tmp_path, response)
    assert read_record(tmp_path, asked).block == REQUEST
    assert read_record(tmp_path, answered).block == response


@given(request=st.binary(), response=st.binary() | st.binary().map(lambda rest: PLAIN[:40] + rest))
def test_any_bytes_come_back_and_warcio_agrees(
    tmp_path_factory: pytest.TempPathFactory, request: bytes, response: bytes
) -> None:
    folder = tmp_path_factory.mktemp("archive")
    asked, answered = write(folder, response, request)
    assert (read_record(folder, asked).block, read_record(folder, answered).block) == (request, response)
    with warc_files(folder)[0].open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            record.raw_stream.read()


def test_warcio_checks_and_indexes_the_archive(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    for number, response in enumerate([PLAIN, CHUNKED, GZIPPED, *HOSTILE.values()]):
        _, place = archive.write_exchange("c", f"{URL}/{number}", AT, "", REQUEST, response)
    archive.write_resource("c", URL, AT, "dom", "text/html", b"<html>", place.record_id)
    archive.close()
    assert warcio("check", tmp_path) == ""
    assert warcio("index", tmp_path).count('"warc-type": "response"') == 3 + len(HOSTILE)


def test_a_record_says_where_when_and_what(tmp_path: Path) -> None:
    asked, answered = write(tmp_path, PLAIN)
    request, response = read_record(tmp_path, asked), read_record(tmp_path, answered)
    info = next(read_records(tmp_path, asked.file))
    assert response.headers["WARC-Target-URI"] == URL
    assert response.headers["WARC-Date"] == "2026-01-02T03:04:05.678Z"
    assert response.headers["WARC-IP-Address"] == "203.0.113.5"
    assert response.headers["X-Xuncha-Capture"] == "20260102-030405-0123456789"
    assert response.headers["WARC-Payload-Digest"] == f"sha256:{answered.sha256}"
    assert response.headers["WARC-Warcinfo-ID"] == info.headers["WARC-Record-ID"]
    assert request.headers["WARC-Concurrent-To"] == answered.record_id
    assert (info.headers["WARC-Type"], info.headers["WARC-Filename"]) == ("warcinfo", "crawl-00001.warc.gz")


def test_a_response_is_read_in_parts(tmp_path: Path) -> None:
    record = read_record(tmp_path, write(tmp_path, GZIPPED)[1])
    assert (record.status, record.http) == (200, (("Content-Encoding", "gzip"),))
    assert record.payload == gzip.compress(PAGE, mtime=0)
    assert record.body == PAGE


def test_a_chunked_payload_is_its_entity(tmp_path: Path) -> None:
    record = read_record(tmp_path, write(tmp_path, CHUNKED)[1])
    assert record.payload == record.body == b"abcde"
    assert record.headers["X-Xuncha-Entity-Digest"] == f"sha256:{record.place.sha256}"


def test_resources_stand_beside_their_response(tmp_path: Path) -> None:
    archive = Archive(tmp_path, "pictures")
    dom = archive.write_resource("c", URL, AT, "dom", "text/html; charset=utf-8", b"<html>", "<urn:uuid:1>")
    view = archive.write_resource("c", URL, AT, "screenshot", "image/png", b"\x89PNG", "<urn:uuid:1>")
    archive.close()
    read = [read_record(tmp_path, place) for place in (dom, view)]
    assert [record.headers["WARC-Target-URI"] for record in read] == [f"urn:dom:{URL}", f"urn:view:{URL}"]
    assert [record.payload for record in read] == [b"<html>", b"\x89PNG"]
    assert {record.headers["WARC-Concurrent-To"] for record in read} == {"<urn:uuid:1>"}
    assert dom.file == "pictures-00001.warc.gz"


@pytest.mark.parametrize(
    ("url", "uri"),
    [
        ("http://a.test/%E4?q=1&r=[2]", "http://a.test/%E4?q=1&r=[2]"),
        ("http://a.test/x y\r\nWARC-Type: z", "http://a.test/x%20y%0D%0AWARC-Type:%20z"),
        ("http://a.test/保", "http://a.test/%E4%BF%9D"),
    ],
)
def test_no_url_can_break_out_of_its_header(tmp_path: Path, url: str, uri: str) -> None:
    assert target_uri(url) == uri
    assert read_record(tmp_path, write(tmp_path, PLAIN, url=url)[1]).headers["WARC-Target-URI"] == uri


def test_every_opening_and_every_full_file_brings_a_new_one(tmp_path: Path) -> None:
    write(tmp_path, PLAIN)
    write(tmp_path, PLAIN)
    archive = Archive(tmp_path, max_bytes=1)
    places = [archive.write_exchange("c", URL, AT, "", REQUEST, PLAIN) for _ in range(2)]
    archive.close()
    assert [path.name for path in warc_files(tmp_path)] == [f"crawl-{n:05}.warc.gz" for n in range(1, 5)]
    assert all(asked.file == answered.file for asked, answered in places)


def test_an_archive_that_took_nothing_leaves_nothing(tmp_path: Path) -> None:
    Archive(tmp_path).close()
    assert list(tmp_path.iterdir()) == []


def test_a_record_is_on_its_way_to_the_disk_before_the_call_returns(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    _, place = archive.write_exchange("c", URL, AT, "", REQUEST, PLAIN)
    assert read_record(tmp_path, place).block == PLAIN
    archive.close()


def test_a_full_disk_takes_back_what_it_could_not_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = Archive(tmp_path)
    archive.write_exchange("c", URL, AT, "", REQUEST, PLAIN)
    size = warc_files(tmp_path)[0].stat().st_size

    class FullDisk:
        """The open file, on a disk with room for ten more bytes."""

        def __init__(self, file):
            self.file = file
            self.room = 10

        def write(self, data):
            if not self.room:
                raise OSError(28, "No space left on device")
            written = self.file.write(data[: self.room])
            self.room -= written
            return written

        def __getattr__(self, name):
            return getattr(self.file, name)

    with monkeypatch.context() as patch:
        patch.setattr(archive, "_file", FullDisk(archive._file))
        with pytest.raises(OSError, match="No space"):
            archive.write_exchange("c", URL, AT, "", REQUEST, PLAIN)
    assert warc_files(tmp_path)[0].stat().st_size == size
    _, place = archive.write_exchange("c", URL, AT, "", REQUEST, PLAIN)
    archive.close()
    assert read_record(tmp_path, place).block == PLAIN
    warcio("check", tmp_path)


# reading


def altered(place: Place, **changes: object) -> Place:
    return Place(**{**vars(place), **changes})


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"file": "crawl-00009.warc.gz"}, "cannot be read"),
        ({"offset": 10_000_000}, "length"),
        ({"length": 10_000_000}, "length"),
        ({"record_id": "<urn:uuid:other>"}, "record id"),
        ({"sha256": "0" * 64}, "payload sha256"),
    ],
)
def test_a_place_that_does_not_agree_is_named(tmp_path: Path, changes: dict[str, object], what: str) -> None:
    place = altered(write(tmp_path, PLAIN)[1], **changes)
    with pytest.raises(EvidenceError, match=what) as caught:
        read_record(tmp_path, place)
    assert (caught.value.file, caught.value.offset) == (place.file, place.offset)
    assert f"{place.file}, offset {place.offset}" in str(caught.value)


@given(st.integers(0, 10_000), st.integers(0, 7))
def test_no_flipped_bit_goes_unseen(tmp_path_factory: pytest.TempPathFactory, byte: int, bit: int) -> None:
    folder = tmp_path_factory.mktemp("archive")
    _, place = write(folder, PLAIN)
    path = folder / place.file
    content = bytearray(path.read_bytes())
    content[place.offset + byte % place.length] ^= 1 << bit
    path.write_bytes(content)
    try:
        record = read_record(folder, place)
    except EvidenceError:
        return
    assert record.block == PLAIN  # a bit of gzip's own header that means nothing: time, system, flags


def test_a_record_that_lies_about_itself_is_named(tmp_path: Path) -> None:
    _, place = write(tmp_path, PLAIN)
    path = tmp_path / place.file
    member = gzip.decompress(path.read_bytes()[place.offset :][: place.length])
    path.write_bytes(gzip.compress(member.replace("保本".encode(), "安全".encode())))
    with pytest.raises(EvidenceError, match="block digest"):
        list(read_records(tmp_path, place.file))


def test_a_bomb_of_a_record_is_refused(tmp_path: Path) -> None:
    packed = gzip.compress(bytes(300_000_000), 1)
    (tmp_path / "crawl-00001.warc.gz").write_bytes(packed)
    with pytest.raises(EvidenceError, match="at most"):
        read_record(tmp_path, Place("crawl-00001.warc.gz", 0, len(packed), "<urn:uuid:1>", "00"))


def test_a_body_too_large_to_decode_is_named(tmp_path: Path) -> None:
    place = write(tmp_path, GZIPPED)[1]
    with pytest.raises(EvidenceError, match="more than 100 bytes"):
        _ = read_record(tmp_path, place, max_body=100).body


# after a kill


@pytest.fixture
def torn(tmp_path: Path) -> tuple[Path, list[Place]]:
    """An archive of three exchanges of which the journal knows two; the places of all responses."""
    archive = Archive(tmp_path)
    pairs = [archive.write_exchange("c", f"{URL}/{n}", AT, "", REQUEST, PLAIN) for n in range(3)]
    archive.close()
    with JournalWriter(tmp_path) as journal:
        for n, (asked, answered) in enumerate(pairs[:2]):
            at = "2026-01-02T03:04:05.678Z"
            journal.write(UrlLine(f"{URL}/{n}", "t", "captured", "", at, "c", request=asked, response=answered))
    return tmp_path, [answered for _, answered in pairs]


def test_what_is_whole_is_left_alone(torn: tuple[Path, list[Place]]) -> None:
    folder, places = torn
    before = (folder / places[0].file).read_bytes()
    assert recover(folder) == []
    assert (folder / places[0].file).read_bytes() == before


@pytest.mark.parametrize("kept", [1, 11, 200])
def test_a_torn_record_is_cut(torn: tuple[Path, list[Place]], kept: int) -> None:
    folder, places = torn
    path, last = folder / places[2].file, places[2]
    path.write_bytes(path.read_bytes()[: last.offset + kept])
    (cut,) = recover(folder)
    assert (cut.file, cut.at, cut.bytes) == (last.file, last.offset, kept)
    assert path.stat().st_size == last.offset
    assert recover(folder) == []
    warcio("check", folder)


def test_a_torn_tail_of_zeros_is_cut(torn: tuple[Path, list[Place]]) -> None:
    folder, places = torn
    path = folder / places[0].file
    whole = path.stat().st_size
    with path.open("ab") as file:
        file.write(bytes(5000))
    assert [(cut.at, cut.bytes) for cut in recover(folder)] == [(whole, 5000)]


def test_a_file_with_nothing_whole_goes_away(tmp_path: Path) -> None:
    (tmp_path / "crawl-00001.warc.gz").write_bytes(b"\x1f\x8b\x08")
    assert [(cut.at, cut.bytes) for cut in recover(tmp_path)] == [(0, 3)]
    assert warc_files(tmp_path) == []


@given(st.integers(0, 100_000))
def test_wherever_a_kill_tears_whole_records_stay(tmp_path_factory: pytest.TempPathFactory, cut_at: int) -> None:
    folder = tmp_path_factory.mktemp("archive")
    archive = Archive(folder)
    places = [archive.write_exchange("c", URL, AT, "", REQUEST, PLAIN)[1] for _ in range(3)]
    archive.close()
    path = folder / places[0].file
    data = path.read_bytes()
    path.write_bytes(data[: cut_at % (len(data) + 1)])
    recover(folder)
    left = path.read_bytes() if path.exists() else b""
    whole = [place for place in places if place.offset + place.length <= cut_at % (len(data) + 1)]
    assert [read_record(folder, place).block for place in whole] == [PLAIN] * len(whole)
    assert sum(1 for _ in ArchiveIterator(BytesIO(left))) >= 2 * len(whole) if left else not whole
