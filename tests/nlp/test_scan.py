"""Lines in, lines out: the contract of `xuncha scan`."""

from __future__ import annotations

import base64
import json

import pytest

from nlp.analyse import Analyser
from nlp.scan import ScanError, scan_line


def scanned(analyser: Analyser, **entry: object) -> dict[str, object]:
    answer: dict[str, object] = json.loads(scan_line(analyser, json.dumps(entry).encode()))
    return answer


def test_it_works(analyser: Analyser) -> None:
    text = "本平台保本保息，加微信"
    answer = scanned(analyser, id="a", text=text)
    assert (answer["id"], answer["decision"]) == ("a", "violation")
    finding = answer["findings"][0]  # type: ignore[index]
    keys = {"rule", "family", "decision", "severity", "quote", "start", "end", "block", "context", "apr", "why"}
    assert keys <= set(finding)
    assert text[finding["start"] : finding["end"]] == finding["quote"]
    assert "text" not in answer


def test_html_comes_back_with_the_text_offsets_count_in(analyser: Analyser) -> None:
    answer = scanned(analyser, id=1, html="<p>本平台</p><p>保本保息</p>")
    finding = answer["findings"][0]  # type: ignore[index]
    assert str(answer["text"])[finding["start"] : finding["end"]] == finding["quote"]


def test_bytes_come_as_base64_with_their_content_type(analyser: Analyser) -> None:
    raw = base64.b64encode("<p>本平台保本保息</p>".encode("gbk")).decode()
    answer = scanned(analyser, id="b", html_base64=raw, content_type="text/html; charset=gbk")
    assert answer["decision"] == "violation"


def test_bytes_that_are_no_text_say_so(analyser: Analyser) -> None:
    answer = scanned(analyser, id="b", html_base64=base64.b64encode(b"%PDF-1.7").decode())
    assert (answer["decision"], answer["findings"]) == ("none", [])
    assert answer["unreadable"]


def test_a_lone_surrogate_is_answered_in_utf8(analyser: Analyser) -> None:
    scan_line(analyser, b'{"id": "x", "text": "\\ud83d \xe4\xbf\x9d\xe6\x9c\xac\xe4\xbf\x9d\xe6\x81\xaf"}')


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"not json", "JSON"),
        (b"[1]", "对象"),
        (b'{"text": "x"}', "id"),
        (b'{"id": 1}', "恰有其一"),
        (b'{"id": 1, "text": "x", "html": "y"}', "恰有其一"),
        (b'{"id": 1, "text": 5}', "text 应是文字"),
        (b'{"id": 1, "text": "x", "url": 5}', "url 应是文字"),
        (b'{"id": 1, "html_base64": "***"}', "Base64"),
        (b"\xff\xfe", "JSON"),
    ],
)
def test_bad_lines_say_what_is_wrong(analyser: Analyser, line: bytes, message: str) -> None:
    with pytest.raises(ScanError, match=message):
        scan_line(analyser, line)
