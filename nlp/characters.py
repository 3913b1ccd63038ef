"""Which characters stand for which: the tables of normalisation, none of its work (rulebase §1.1).

`character_table` is one for one, so that offsets stay; `special_characters` are those that also leave a trace: what
vanishes, what is a disguise, what is written with two characters.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ZERO_WIDTH = (
    "\\x00-\\x08\\x0e-\\x1b\\x7f-\\x84\\x86-\\x9f"  # controls that are no line end
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\u0300-\u034e\u0350-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f"  # marks set over one
)
"""What a reader does not see, or sees on the character before it (保̶本̶, 1⃣): part of a character class.

Rulebase §1.1 names U+200B–F, 2060, FEFF and 00AD; the others are what Unicode 15 calls default ignorable or
combining and pages use to the same end.
"""
_ZERO_WIDTH_BEYOND = range(0xE0000, 0xE1000)
"""Tags and variation selectors outside the basic plane."""

LOOKALIKES = {
    "夲": "本", "苯": "本", "嬴": "赢", "恴": "意", "徴": "征", "囙": "回", "囬": "回", "乄": "义", "亊": "事",
    "仧": "长", "兦": "亡", "佲": "名", "侞": "如", "倁": "知", "処": "处", "莂": "别", "莪": "我", "祢": "你",
    "妳": "你", "僦": "就", "湜": "是", "哋": "地", "啲": "的", "嘚": "的", "収": "收", "钅": "金", "釒": "金",
    "哯": "现", "哫": "足", "恏": "好", "圗": "图", "甴": "由", "塰": "海",
    **dict(zip("АВЕКМНОРСТХІЅЈаеорсухіѕјԁ", "ABEKMHOPCTXISJaeopcyxisjd", strict=True)),  # Cyrillic
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEZHIKMNOPTYXo", strict=True)),  # Greek
}  # fmt: skip
"""Look-alikes and sound-alikes seen in spam (rulebase §1.1). What is everyday Chinese alone (呆, 薇) is folded
only inside its words, by the vocabulary's variants."""

_VARIANT_FORMS = {
    "舖": "铺", "裏": "里", "綫": "线", "爲": "为", "啓": "启", "淸": "清", "衆": "众", "麽": "么", "〇": "零",
    **dict(zip("⺠⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚", "民西见角贝车长门青韦页", strict=True)),
    **dict(zip("⻛⻜⻝⻢⻤⻥⻦⻩⻬⻮⻰", "风飞食马鬼鱼鸟黄齐齿龙", strict=True)),
}  # fmt: skip
"""Forms neither OpenCC's main table nor NFKC folds: traditional ones, and the radicals that text copied from a PDF
holds in place of characters (⻛险)."""

DIGIT_ZEROES = (
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6,
    0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0,
    0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10, 0x104A0, 0x10D30, 0x11066,
    0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x11730, 0x118E0, 0x11950, 0x11C50,
    0x11D50, 0x11DA0, 0x11F50, 0x16A60, 0x16AC0, 0x16B50, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140,
    0x1E2F0, 0x1E4F0, 0x1E950, 0x1FBF0,
)  # fmt: skip
"""Where a script's ten digits begin (Unicode 15, general category Nd)."""

_ENCLOSED = "①②③④⑤⑥⑦⑧⑨⑴⑵⑶⑷⑸⑹⑺⑻⑼❶❷❸❹❺❻❼❽❾➀➁➂➃➄➅➆➇➈➊➋➌➍➎➏➐➑➒⓵⓶⓷⓸⓹⓺⓻⓼⓽"
_ENCLOSED_ZEROES = "⓪⓿🄋🄌"
_TENS = "⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟㊱㊲㊳㊴㊵㊶㊷㊸㊹㊺㊻㊼㊽㊾㊿"
"""10 to 50."""
_MORE_TENS = {"🔟": "10", "⓾": "10", "❿": "10", "➉": "10", "➓": "10", "⑽": "10"}

_COMPATIBILITY = (
    (0x00AA, 0x00BA), (0x1D2C, 0x1D6A), (0x2070, 0x209C), (0x2100, 0x214F), (0x2160, 0x217F), (0x2460, 0x24EA),
    (0x2E9F, 0x2EF3), (0x2F00, 0x2FD5), (0x3038, 0x303A), (0x3192, 0x319F), (0x3280, 0x32B0), (0xF900, 0xFAD9),
    (0x1D400, 0x1D7FF), (0x1F130, 0x1F149), (0x1F210, 0x1F23B), (0x2F800, 0x2FA1D),
)  # fmt: skip
"""Blocks whose characters NFKC folds to one Latin letter, digit or Chinese character: letters in circles and of
mathematics, raised digits, Kangxi radicals, compatibility ideographs."""


class Special(NamedTuple):
    """What becomes of a character that leaves a trace."""

    plain: str
    disguised: bool


@cache
def character_table() -> dict[int, str]:
    """One plain character for each odd one: width, digits, compatibility forms, traditional, look-alikes."""
    table = _traditional()
    table.update(_compatible(table))
    table.update({point: chr(point - 0xFEE0) for point in _full_width()})
    for zero in DIGIT_ZEROES:
        table.update({zero + digit: str(digit) for digit in range(10)})
    table.update({ord(odd): str(index % 9 + 1) for index, odd in enumerate(_ENCLOSED)})
    table.update({ord(odd): "0" for odd in _ENCLOSED_ZEROES})
    table.update({ord(odd): plain for odd, plain in LOOKALIKES.items()})
    table.update({ord(odd): plain for odd, plain in _VARIANT_FORMS.items()})
    table.update({ord("﹪"): "%", ord("٪"): "%", 0x0130: "I"})
    table.update(dict.fromkeys(range(0xD800, 0xE000), "\ufffd"))
    return table


@cache
def special_characters() -> dict[str, Special]:
    """Odd characters that vanish, that are a disguise, or whose plain form has two characters."""
    pattern = re.compile(f"[{ZERO_WIDTH}]")
    candidates = (chr(point) for point in (*range(0x3200), 0xFFA0, *range(0xFE00, 0x10000)))
    special = {char: Special("", True) for char in candidates if pattern.match(char)}
    special.update({chr(point): Special("", True) for point in _ZERO_WIDTH_BEYOND})
    special.update({odd: Special(plain, True) for odd, plain in LOOKALIKES.items()})
    tens = {odd: str(index + 10) for index, odd in enumerate(_TENS)} | _MORE_TENS
    special.update({odd: Special(plain, False) for odd, plain in tens.items()})
    return special


@cache
def odd_characters() -> re.Pattern[str]:
    """Odd characters of the basic plane: a class without others is a bitmap, ten times as fast."""
    points = {*character_table(), *map(ord, special_characters())}
    return re.compile(f"[{_class_of(point for point in points if point < 0x10000)}]+")


BEYOND_BMP = re.compile("[\U00010000-\U0010ffff]+")
"""Everything outside the basic plane: one range, where a class of the odd ones among them takes ten times as long."""


def _class_of(points: Iterable[int]) -> str:
    """Code points as the inside of a character class, neighbours as ranges: quicker to compile by a third."""
    ranges: list[list[int]] = []
    for point in sorted(points):
        if ranges and point == ranges[-1][1] + 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    return "".join(rf"\U{low:08x}-\U{high:08x}" for low, high in ranges)


def _full_width() -> Iterable[int]:
    """Full-width letters, digits and the signs numbers use; Chinese punctuation stays itself."""
    return (ord(char) for char in map(chr, range(0xFF01, 0xFF5F)) if char.isalnum() or char in "％．＋＄＆＃＠")


def _compatible(traditional: dict[int, str]) -> Iterator[tuple[int, str]]:
    """Characters that NFKC folds to one that rules know, and on to the simplified form."""
    for first, last in _COMPATIBILITY:
        for point in range(first, last + 1):
            plain = unicodedata.normalize("NFKC", chr(point))
            plain = traditional.get(ord(plain), plain) if len(plain) == 1 else plain
            if plain != chr(point) and len(plain) == 1 and (plain.isascii() or is_han(plain)):
                yield point, plain


def _traditional() -> dict[int, str]:
    """Traditional characters and their first simplified form, from OpenCC's table.

    Characters of GB 2312 (乾, 著, 沈 …) are everyday simplified Chinese too and stay as they are.
    """
    source = files("opencc").joinpath("dictionary", "TSCharacters.txt").read_text(encoding="utf-8")
    pairs = (line.split()[:2] for line in source.splitlines() if line)
    return {ord(odd): plain for odd, plain in pairs if len(odd) == 1 and not _in_gb2312(odd)}


def _in_gb2312(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def is_han(char: str) -> bool:
    """Whether `char` is a Chinese character of the basic plane."""
    return "\u3400" <= char <= "\u9fff"
