"""The sentence an investigator pastes into a file."""

from __future__ import annotations

import pytest

from nlp.analyse import Analyser


@pytest.mark.parametrize(
    ("text", "rule", "parts"),
    [
        (
            "本平台保本，加微信",
            "guarantee.principal",
            ["正文中「保本」涉嫌「承诺保本」", "商业招揽「加微信」", "〔依据〕广告法第二十五条第（一）项（已核条文）"],
        ),
        ("我们不承诺保本", "guarantee.principal", ["依语境排除", "否定「不承诺」"]),
        ("新手标年化15%，一万起投，欢迎咨询", "return.high_rate", ["折合年化约15%"]),
        ("保本保息，面向社会公开募集，扫码加入", "raise.illegal_fundraising", ["涉嫌「非法集资广告」"]),
    ],
)
def test_it_works(analyser: Analyser, text: str, rule: str, parts: list[str]) -> None:
    why = next(f.why for f in analyser.analyse_text(text).findings if f.rule == rule)
    assert [part for part in parts if part not in why] == []
    assert why.endswith("。")
    assert "违法" not in why
