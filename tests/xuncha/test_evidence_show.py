"""How one capture's evidence looks: in Chinese, and what is there to be copied in one piece."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from crawler.journal import Place
from ledger.evidence import Evidence, Part
from ledger.models import Capture, Finding
from ledger.names import render_name
from xuncha.commands.evidence import show_evidence

PLACE = Place("site-20261123.warc.gz", 123456, 7890, f"<urn:uuid:{'0' * 36}>", "a" * 64)
URL = f"http://a.test/{'long/' * 40}?q=[/]"
FINDING = Finding(rule="guarantee.principal", decision="violation", quote="保本[/]", why="承诺" * 60)


def evidence(render: str = "not needed") -> Evidence:
    capture = Capture(
        id="20261123-a-000001",
        url=URL,
        ending="captured",
        decision="violation",
        severity=3,
        score=80,
        status=200,
        fetched_at=datetime(2026, 11, 23, tzinfo=UTC),
        line={"render": render, "chain": [], "address": "192.0.2.1"},
    )
    return Evidence(capture, (Part("response", PLACE),), (("X-Odd", "[/] " * 40),), "本平台承诺保本[/]", (FINDING,))


def test_what_is_there_to_be_copied_is_not_broken_nor_read_as_markup(capsys: pytest.CaptureFixture[str]) -> None:
    show_evidence(evidence())
    lines = capsys.readouterr().out.splitlines()
    for whole in (URL, f"sha256 {PLACE.sha256}  {PLACE.record_id}", FINDING.why, ("[/] " * 40).strip()):
        assert any(whole in line for line in lines), whole
    assert lines[-1] == "本平台承诺保本[/]"


def test_a_claim_in_a_picture_is_shown_with_its_place_and_what_was_not_read_with_its_reason(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shown = evidence()
    shown.capture.unread_pictures = [["http://a.test/[x].svg", "矢量图，看截图"]]
    path = f"http://a.test/{'b/' * 60}[b].png#xywh=40,20,530,64"
    drawn = Finding(rule="guarantee.principal", decision="violation", quote="保本", why="承诺", block="ocr", path=path)
    show_evidence(replace(shown, parts=(Part("image", PLACE, path),), findings=(drawn,)))
    told = capsys.readouterr().out
    for words in (f"图片文字 {path}", "图片 site-20261123", "没有读的图 http://a.test/[x].svg：矢量图，看截图"):
        assert words in told


def test_whether_it_was_rendered_is_told_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    show_evidence(evidence("rendered: empty shell"))
    assert "渲染 已渲染：空壳页\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("render", "name"),
    [
        ("not needed", "不需要"),
        ("off", "已关闭"),
        ("rendered: always", "已渲染：一律渲染"),
        ("failed: timeout", "渲染失败：超时"),
        ("failed: not rendered: no browser", "渲染失败：没有渲染成: no browser"),
        ("no browser: built by script", "需要渲染而没有浏览器：由脚本生成"),
        ("", ""),
    ],
)
def test_every_way_of_rendering_has_a_name(render: str, name: str) -> None:
    assert render_name(render) == name
