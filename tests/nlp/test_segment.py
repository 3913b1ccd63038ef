"""Word borders around a candidate."""

from __future__ import annotations

import pytest

from nlp.segment import cut, is_aligned


@pytest.mark.parametrize(
    ("text", "word", "aligned"),
    [
        ("本平台保本，随时退", "保本", True),
        ("为甲方担保本合同项下的债务", "保本", False),
        ("请确保本次会议按时召开", "保本", False),
        ("专业配资，欢迎咨询", "配资", True),
    ],
)
def test_it_works(text: str, word: str, aligned: bool) -> None:
    at = text.index(word)
    assert is_aligned(text, at, at + len(word)) is aligned


def test_words_join_to_the_text() -> None:
    text = "年化收益率12%，随存随取。"
    assert "".join(cut(text)) == text
