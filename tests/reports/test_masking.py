"""Personal numbers do not leave the building in full."""

from __future__ import annotations

import pytest

from reports.masking import mask_number, mask_text


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("13800138000", "138****8000"),
        ("021-12345678", "021*****5678"),
        ("4001234567", "400****4567"),
        ("12345678", "1*****78"),
        ("110", "1****10"),
    ],
)
def test_numbers(number: str, masked: str) -> None:
    assert mask_number(number) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("加微信13800138000领取", "加微信138****8000领取"),
        ("电话 138 0013 8000", "电话 138****8000"),
        ("电话138-0013-8000", "电话138****8000"),
        ("身份证110101199003071234。", "身份证110101********1234。"),
        ("110101199003071233x", "110101199003071233x"),
        ("订单1380013800099", "订单1380013800099"),
        ("年化12%，起投10000元", "年化12%，起投10000元"),
    ],
)
def test_texts(text: str, masked: str) -> None:
    assert mask_text(text) == masked
