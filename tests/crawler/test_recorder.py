from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.exchange import Exchange
from crawler.journal import JOURNAL_FILE, UrlLine
from crawler.recorder import DiskFailed, Recorder
from crawler.warc import read_record

AT = datetime(2026, 1, 2, tzinfo=UTC)
EXCHANGE = Exchange(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\nhello", "127.0.0.1:80")
LINE = UrlLine("http://a.test/", "a.test", "captured", "", "2026-01-02T00:00:00.000Z")


def test_evidence_and_line_can_be_read_back(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    request, response = recorder.exchange("p-1", "http://a.test/", AT, EXCHANGE)
    dom = recorder.dom("p-1", "http://a.test/", AT, b"<html>", response)
    recorder.line(LINE)
    recorder.sync()
    recorder.close()
    assert read_record(tmp_path, request).block == EXCHANGE.request
    assert read_record(tmp_path, response).block == EXCHANGE.response
    assert read_record(tmp_path, dom).payload == b"<html>"
    assert (tmp_path / JOURNAL_FILE).read_bytes().endswith(b"\n")


def test_what_a_kill_tore_is_cut_first(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    recorder.exchange("p-1", "http://a.test/", AT, EXCHANGE)
    recorder.close()
    (archive,) = tmp_path.glob("*.warc.gz")
    archive.write_bytes(archive.read_bytes() + b"\x1f\x8b torn")
    (tmp_path / JOURNAL_FILE).write_bytes(b'{"kind": "url", "ur')
    assert len(Recorder(tmp_path).cuts) == 1
    assert (tmp_path / JOURNAL_FILE).read_bytes() == b""


def test_after_a_failed_write_nothing_is_recorded(tmp_path: Path) -> None:
    folder = tmp_path / "patrol"
    folder.mkdir()
    recorder = Recorder(folder)
    (folder / JOURNAL_FILE).unlink()
    folder.rmdir()  # as a disk that goes away
    with pytest.raises(DiskFailed, match="patrol"):
        recorder.exchange("p-1", "http://a.test/", AT, EXCHANGE)
    with pytest.raises(DiskFailed, match="an earlier write failed"):
        recorder.line(LINE)
