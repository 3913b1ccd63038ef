"""Normalised text: what matching sees, and the way back to the original."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.characters import DIGIT_ZEROES
from nlp.normalise import Normaliser

NORMALISE = Normaliser({
    "理cai": "理财", "抵ya": "抵押", "薇芯": "微信", "bao本": "保本", "bu赔": "不赔", "wzbp": "稳赚不赔",
})  # fmt: skip


@pytest.mark.parametrize(
    ("original", "plain"),
    [
        ("保本保息", "保本保息"),
        ("稳.赚.不.赔", "稳赚不赔"),
        ("零-风-险", "零风险"),
        ("保 本", "保本"),
        ("保\u200b本", "保本"),
        ("保●本", "保本"),
        ("保證本金", "保证本金"),
        ("保夲保息", "保本保息"),
        ("１００％", "100%"),
        ("月息２分", "月息2分"),
        ("1️⃣2️⃣%", "12%"),
        ("③个月", "3个月"),
        ("٣ ٤", "3 4"),
        ("𝟏𝟐%", "12%"),
        ("理CAI产品", "理财产品"),
        ("抵YA贷款", "抵押贷款"),
        ("加薇芯", "加微信"),
        ("黄金旺舖", "黄金旺铺"),
        # rulebase §1.1「NFKC」: letters and digits in circles, of mathematics, raised; radicals; compatibility forms
        ("𝐛𝐚𝐨本", "保本"),
        ("ⓑⓐⓞ本", "保本"),
        ("第⑩期", "第10期"),
        ("🔟天", "10天"),
        ("日化⓪．⓵%", "日化0.1%"),
        ("⻛险⾦", "风险金"),
        ("㊀年", "一年"),
        ("\uf90a", "金"),
        # rulebase §1.1「去零宽」, and what else nobody sees
        *(
            (f"保{char}本", "保本")
            for char in "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\u034f\u061c\u3164\ufe0f"
        ),
        ("保\U000e0041本", "保本"),
        ("保\u0336本\u0336", "保本"),
        ("保\x00本", "保本"),
        # rulebase §1.1「形近/同音替换表」
        ("苯金", "本金"),
        ("寶本", "宝本"),
        ("嬴利", "赢利"),
        ("賺钱", "赚钱"),
        ("IСP", "ICP"),
        # rulebase §1.1「〇O0 在「X风险」前→零」
        ("0风险", "零风险"),
        ("０风险", "零风险"),
        ("O风险", "零风险"),
        ("o风险", "零风险"),
        ("〇风险", "零风险"),
        ("𝟎风险", "零风险"),
        ("投资0风险高回报", "投资零风险高回报"),
        ("10风险", "10风险"),
        ("1.0风险", "1.0风险"),
        ("R0风险", "R0风险"),
        ("0风险提示", "0风险提示"),
        ("0风险等级", "0风险等级"),
        # rulebase §1.1「字间分隔符删除」: each of them, with zero-width ones beside them, at most four
        *((f"稳{sign}赚", "稳赚") for sign in " ·•*_-~.／|/｜・－＿～\u2009\u3000"),
        ("稳.\u200b赚", "稳赚"),
        ("稳\u200b.赚", "稳赚"),
        ("稳\u0336.\u0336赚", "稳赚"),
        ("稳. . 赚", "稳赚"),
        ("稳. . . 赚", "稳. . . 赚"),
        ("稳.a赚", "稳.a赚"),
        # disguises on disguises
        ("薇-芯", "微信"),
        ("理\u200bCai", "理财"),
        ("稳赚.bu赔", "稳赚不赔"),
        ("BAO.本", "BAO.本"),
        ("ＷＺＢＰ", "稳赚不赔"),
        ("awzbpq", "awzbpq"),
        # what must stay apart: rulebase §1.1「不得跨 。！？；换行或块级标签」
        *((f"不保{sign}本", f"不保{sign}本") for sign in "。！？；，、：!?;,:\n\r\v\f\u0085\u2028\u2029—"),
        ("收益不保。 本公司", "收益不保。 本公司"),
        ("不保\n本金", "不保\n本金"),
        ("收益、本金", "收益、本金"),
        ("8.5%", "8.5%"),
        ("2-3年", "2-3年"),
        ("a b 中", "a b 中"),
        # everyday simplified characters that are traditional ones too
        ("乾坤", "乾坤"),
        ("蔷薇", "蔷薇"),
    ],
)
def test_it_works(original: str, plain: str) -> None:
    assert NORMALISE(original).text == plain


def test_a_span_leads_back_to_the_original_with_its_disguise() -> None:
    original = "今日稳.赚\u200b不赔！"
    normal = NORMALISE(original)
    at = normal.text.index("稳赚不赔")
    start, end = normal.original_span(at, at + 4)
    assert original[start:end] == "稳.赚\u200b不赔"
    assert normal.was_disguised(start, end)


@pytest.mark.parametrize(
    ("original", "words", "quote"),
    [
        ("推荐理CAI", "理财", "理CAI"),
        ("bao本金", "本金", "bao本金"),
        ("稳赚.bu赔", "不赔", "bu赔"),
        ("稳赚.bu赔", "稳赚不赔", "稳赚.bu赔"),
        ("加薇-\u200b芯吧", "微信", "薇-\u200b芯"),
        ("满⑩天", "10", "⑩"),
        ("保\u200b本", "保本", "保\u200b本"),
        ("0风险", "零风险", "0风险"),
    ],
)
def test_a_quote_is_the_whole_of_what_was_written(original: str, words: str, quote: str) -> None:
    normal = NORMALISE(original)
    at = normal.text.index(words)
    start, end = normal.original_span(at, at + len(words))
    assert original[start:end] == quote


@pytest.mark.parametrize("text", ["保證本金１２％", "二〇二六年", "第⑩期", "姓 名", "⻛险", "𝟙𝟚%"])
def test_forms_and_layout_are_no_disguise(text: str) -> None:
    assert NORMALISE(text).changed == ()


@pytest.mark.parametrize("text", ["稳.赚", "保\u200b本", "夲金", "理CAI", "0风险", "〇风险", "保\u0336本", "1️⃣%"])
def test_a_disguise_is_told(text: str) -> None:
    """Rulebase §1.1: 归一化改变了字符才附 obfuscation.evasion."""
    assert NORMALISE(text).was_disguised(0, len(text))


def test_digits_of_every_script_are_digits() -> None:
    """Rulebase §1.1「数字统一」: all that Unicode calls decimal digits."""
    known = {chr(zero + digit) for zero in DIGIT_ZEROES for digit in range(10)}
    decimal = {char for char in map(chr, range(0x80, 0x110000)) if unicodedata.category(char) == "Nd"}
    assert decimal <= known
    assert [NORMALISE(chr(zero + 7)).text for zero in DIGIT_ZEROES] == ["7"] * len(DIGIT_ZEROES)


def test_the_one_for_one_text_has_the_offsets_of_the_original() -> None:
    original = "電話：1️⃣３８，保\u200b本"
    assert NORMALISE(original).folded == "电话：1️⃣38，保\u200b本"


@given(st.text())
def test_every_position_leads_back_in_order(text: str) -> None:
    normal = NORMALISE(text)
    origins = [normal.original(i) for i in range(len(normal.text))]
    assert origins == sorted(origins)
    assert all(0 <= origin < len(text) for origin in origins)


@given(st.text(alphabet="保本 .-\u200b。\n理财CAIcai①%證夲"))
def test_positions_are_the_inverse_of_original(text: str) -> None:
    normal = NORMALISE(text)
    origins = [normal.original(i) for i in range(len(normal.text))]
    expected = [bisect_left(origins, original) for original in range(len(text) + 1)]
    assert normal.positions(range(len(text) + 1)) == expected


WORDS = ("稳赚不赔", "保本保息", "零风险", "年化收益", "本金安全")
INSERTED = st.text(alphabet="\u200b\u200d\u2060\ufeff\u00ad\u0336\ufe0f", max_size=2)
SEPARATOR = st.sampled_from(["", "", " ", ".", "-", "·", "*", "|", "／", "\u3000"])
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=30)


@given(ANYTHING, st.sampled_from(WORDS), st.data(), ANYTHING)
def test_a_word_with_anything_inserted_is_found_and_quoted_whole(
    before: str, word: str, data: st.DataObject, behind: str
) -> None:
    gaps = [data.draw(INSERTED) + data.draw(SEPARATOR) + data.draw(INSERTED) for _ in word[1:]]
    written = word[0] + "".join(gap + char for gap, char in zip(gaps, word[1:], strict=True))
    original = f"{before}\n{written}\n{behind}"
    normal = NORMALISE(original)
    spans = [
        normal.original_span(at, at + len(word)) for at in range(len(normal.text)) if normal.text.startswith(word, at)
    ]
    assert written in [original[start:end] for start, end in spans]


@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_any_text_is_read_with_all_its_offsets(text: str) -> None:
    """Lone surrogates, controls and unassigned characters included."""
    normal = NORMALISE(text)
    spans = [normal.original_span(i, i + 1) for i in range(len(normal.text))]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert [start for start, _ in spans] == sorted(start for start, _ in spans)
    assert len(normal.folded) == len(text)
    assert list(normal.changed) == sorted(normal.changed)
    normal.text.encode("utf-8")


@given(st.text(alphabet="保本理caibu赔薇芯 .-*\u200b\u0336。\n０0O〇风险⑩①證夲１x", max_size=40))
def test_normal_text_is_normal(text: str) -> None:
    once = NORMALISE(text).text
    assert NORMALISE(once).text == once


@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_any_normal_text_is_normal(text: str) -> None:
    once = NORMALISE(text).text
    assert NORMALISE(once).text == once


@given(st.text(alphabet="保本利息稳赚不赔，。"))
def test_clean_text_is_itself(text: str) -> None:
    assert NORMALISE(text).text == text


def test_lone_surrogates_become_the_replacement_character() -> None:
    assert NORMALISE("保\ud800本").text == "保\ufffd本"
