"""What investigators read is Chinese, and nothing is called 违法 by us."""

from __future__ import annotations

import pytest

from ledger import names


@pytest.mark.parametrize(
    ("why", "name"),
    [
        ("http 404", "网站答 404"),
        ("robots", "robots.txt 不允许"),
        ("trap: calendar /events, 31 asked for", "陷阱：日历 /events, 31 asked for"),
        ("budget: depth", "预算用尽：层数"),
        ("error: KeyError", "error: KeyError"),
    ],
)
def test_reasons_are_told_in_chinese_with_what_stands_behind_them(why: str, name: str) -> None:
    assert names.why_name(why) == name


def test_no_decision_is_called_unlawful() -> None:
    assert not any("违法" in name for name in names.DECISIONS.values())
