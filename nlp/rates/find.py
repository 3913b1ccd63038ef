"""From a text to its rates: cash forms first, then every figure with a label that makes it a rate."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass, replace
from typing import Final

from nlp.rates.cash import FORMS
from nlp.rates.figures import Figure, find_figures
from nlp.rates.labels import SIDE_REACH, Label, label_of, side_of
from nlp.rates.periods import period_before, period_of, term_before
from nlp.rates.rate import PER_YEAR, Kind, Period, Rate, annual_percent, annual_percent_over, compound_percent
from nlp.rates.words import INVESTING, REFUSED

_FOLD: Final = str.maketrans(
    "０１２３４５６７８９％﹪．＋：（）／～〜∼→－—–−‑" + string.ascii_uppercase,
    "0123456789%%.+:()/~~~~-----" + string.ascii_lowercase,
)
"""One for one, so offsets stay those of the given text; what is folded already stays as it is."""

_FOLDABLE: Final = re.compile("[" + "".join(re.escape(chr(point)) for point in _FOLD) + "]+")
_PROPORTION: Final = re.compile(
    r"[%‰]|bp|分之|[0-9一二两三四五六七八九十半x零壹贰叁肆伍陆柒捌玖拾]\s*(?:个百?分?点|个?基点|分(?![钟数之别布店])|厘(?!米)|成)"
    r"|[利息益]\D{0,2}[0-9]{1,2}点|息[^。]{0,4}万[0-9一二三四五六七八九]"
)
"""Some part of every figure; most text has none and is done with."""
_PROPORTION_SIGN: Final = re.compile("[%‰b分点厘万成]")
"""A character in whatever `_PROPORTION` finds: a class alone is searched for ten times as fast."""
_NEGATIVE: Final = re.compile(r"(?<![0-9%])[-负]$")
_FLOOR_BEFORE: Final = re.compile(
    r"(?:至少|不低于|不少于|最低|(?<![不得])超过?|逾(?!期)|保底|(?<!不)大于|>=?|≥)[^0-9。！？,]{0,4}$"
)
_FLOOR_BEHIND: Final = re.compile(r"\s*(?:起(?!投|购|点|步价)|以上|多(?!年)|\+|之上)")
_FLOOR_REACH: Final = 8
_FEN_BEHIND: Final = re.compile(r"\s*的?(?:月|年)?[利息](?!益)")
_FEN_LABEL_GAP: Final = re.compile(r"[\s:为是按达到高约,]{0,4}")
_INVESTING: Final = re.compile(INVESTING)
_MONEY_TALK: Final = re.compile(r"利|息|借|贷|收益|回报")
_GAIN_TALK: Final = re.compile(r"利|息|借|贷|收益|回报|赚|返|分红|到账|提现")
_ADDITION_TALK: Final = re.compile("标|加息|新手|红包|券|投|理财")
_COMPOUND: Final = re.compile("复利|利滚利|复投|滚存")
_COMPOUND_REACH: Final = 12
_ANY_TERM: Final = re.compile("[每一单]期$")
_REFUSED: Final = re.compile(REFUSED)
_REFUSED_REACH: Final = 12
_CLAUSE: Final = re.compile(r"[^。！？；!?;，,、\n]*")
_PERIOD_BEHIND_REACH: Final = 8
_SHORT_PERIODS: Final[frozenset[Period]] = frozenset({"hour", "day", "week"})
_OTHER_CHANGE: Final = re.compile("进步|衰减|减|瘦|流失|成长|下降|掉|学|练|新增")
"""What else is told by the day in per cent."""
_LIST_GAP: Final = re.compile(
    r"[\s,，、;；/|()和及:]{0,3}(?:[0-9一二两三四五六七八九十半]{0,3}\s*(?:个月|天|月|年|季|周)?期?(?:标|以上)?|第[一二三四五]年)[\s:为(]{0,3}"
)
_LONGEST_LIST_GAP: Final = 14
_ADVERBS: Final = frozenset({"十分", "百分", "千分", "万分"})
_HIGHEST_FEN: Final = 30
_FEN_PERCENT: Final[dict[Period, float]] = {"year": 10, "month": 1, "day": 0.1}
"""Per cent of 1分 by period (rulebase §5.2 [S1]): 年一分 a tenth, 月一分 a hundredth, 日一分 a thousandth."""


@dataclass(frozen=True)
class _Reading:
    """What a labelled figure comes to."""

    low: float | None
    high: float | None
    readings: tuple[float, ...]
    period: Period
    ambiguous: bool = False


def find_rates(text: str) -> tuple[Rate, ...]:
    """All rates in text order, never overlapping, with offsets into `text`.

    Takes one block (a label never reaches across 。 or a line). Full width and case are folded here too, so
    text that was not normalised reads the same. Time is linear in the text.
    """
    folded = _FOLDABLE.sub(lambda found: found[0].translate(_FOLD), text)
    covered = bytearray(len(text))
    rates = _cash_rates(folded, covered)
    if _PROPORTION_SIGN.search(folded) and _PROPORTION.search(folded):
        rates += _figure_rates(folded, covered)
    rates.sort(key=lambda rate: rate.start)
    return tuple(replace(rate, quote=text[rate.start : rate.end]) for rate in rates)


def _cash_rates(text: str, covered: bytearray) -> list[Rate]:
    """Rates told in money and time; marks in `covered` the characters they stand on."""
    rates: list[Rate] = []
    for sign, find in FORMS:
        if sign.search(text) is None:
            continue
        for rate in find(text):
            if 1 not in covered[rate.start : rate.end]:
                covered[rate.start : rate.end] = b"\1" * (rate.end - rate.start)
                rates.append(rate)
    return rates


def _figure_rates(text: str, covered: bytearray) -> list[Rate]:
    rates: list[Rate] = []
    for figure in find_figures(text):
        if 1 in covered[figure.start : figure.end]:
            continue
        rate = _fen_rate(text, figure) if figure.unit == "fen" else _percent_rate(text, figure, rates)
        if rate is not None:
            rates.append(rate)
    return rates


def _percent_rate(text: str, figure: Figure, before: list[Rate]) -> Rate | None:
    label = label_of(text, figure.start, figure.end)
    if label is None:
        return _listed(text, figure, before) or _by_period_alone(text, figure) or _by_addition_alone(text, figure)
    if label.kind is None or _NEGATIVE.search(text, max(0, figure.start - 2), figure.start):
        return None
    if figure.tenths and _FEN_LABEL_GAP.fullmatch(text, label.end, figure.start) is None:
        return None
    kind = side_of(text, label, figure.start, figure.end)
    reading = _percent_reading(text, figure, label)
    if (figure.bare and reading.period != "day") or (figure.low == 100 and not reading.period):
        return None  # 万五 is a commission unless it is daily; 100% is a degree unless it has a period
    return _rate(text, figure, reading, kind, label)


def _percent_reading(text: str, figure: Figure, label: Label) -> _Reading:
    period = period_of(text, label, figure.start, figure.end)
    term = term_before(text, figure.start) if label.kind == "yield" and not period else None
    of_any_term = not period and _ANY_TERM.search(text, max(0, label.start - 2), label.start) is not None
    if figure.low is None or figure.high is None or of_any_term:  # 每期收益2%: nobody says how long a term is
        return _Reading(None, None, (), period)
    if term is None:
        return _annual(figure.low, figure.high, period)
    return _over_term(figure.low, figure.high, *term)


def _annual(low: float, high: float, period: Period) -> _Reading:
    values = (annual_percent(low, period), annual_percent(high, period))
    return _Reading(*values, _distinct(values), period)


def _over_term(low: float, high: float, days: float, called_ratio: bool) -> _Reading:
    """100天收益30% is earned in the term; 3个月收益率8% is mostly said of a year, so both are given."""
    earned = (annual_percent_over(low, days), annual_percent_over(high, days))
    if called_ratio:
        return _Reading(low, high, _distinct((low, high, *earned)), "year", ambiguous=earned != (low, high))
    return _Reading(*earned, _distinct(earned), "term")


def _listed(text: str, figure: Figure, before: list[Rate]) -> Rate | None:
    """A figure that goes on a list: 年化收益: 1个月8%、3个月10%、6个月12%."""
    last = before[-1] if before else None
    if last is None or not last.label or figure.start - last.end > _LONGEST_LIST_GAP:
        return None
    if last.period == "term" or not _LIST_GAP.fullmatch(text, last.end, figure.start):
        return None
    masked = figure.low is None or figure.high is None
    reading = (
        _Reading(None, None, (), last.period) if masked else _annual(figure.low or 0, figure.high or 0, last.period)
    )
    return _rate(text, figure, reading, last.kind, Label(last.label, last.kind, figure.start, figure.start))


def _by_period_alone(text: str, figure: Figure) -> Rate | None:
    """2%/天, 1天2个点: a day's or a week's figure is a return even without the word."""
    if figure.low is None or figure.high is None or figure.bare or figure.tenths:
        return None
    rest = _CLAUSE.match(text, figure.end, figure.end + _REFUSED_REACH)
    if rest is not None and _REFUSED.search(text, figure.end, rest.end()):
        return None  # 按日万分之五计收滞纳金
    period, start = period_before(text, figure.start)
    nothing = Label(text[start : figure.start].strip(), "yield", start, figure.start)
    beside = period or _period_behind(text, figure)
    period = beside or period_of(text, nothing, figure.start, figure.end)
    if period in _SHORT_PERIODS:
        if not beside and _OTHER_CHANGE.search(text, max(0, figure.start - _REFUSED_REACH), figure.start):
            return None  # 每天进步1%
    elif start == figure.start or not _is_told_of_money(text, figure):
        return None
    return _rate(text, figure, _annual(figure.low, figure.high, period), "yield", nothing)


def _period_behind(text: str, figure: Figure) -> Period:
    """The period right behind a figure: 2%/天."""
    piece = text[figure.start : figure.end + _PERIOD_BEHIND_REACH]
    return period_of(piece, Label("", "yield", 0, 0), 0, figure.end - figure.start)


def _by_addition_alone(text: str, figure: Figure) -> Rate | None:
    """新手标8%+2%: nothing else on a page is added up so (rulebase §5.2)."""
    around = slice(max(0, figure.start - _REFUSED_REACH), figure.end + _REFUSED_REACH)
    if not figure.added or figure.low is None or figure.high is None:
        return None
    if _ADDITION_TALK.search(text, around.start, around.stop) is None:
        return None
    nothing = Label("", "yield", figure.start, figure.start)
    return _rate(text, figure, _annual(figure.low, figure.high, ""), "yield", nothing)


def _is_told_of_money(text: str, figure: Figure) -> bool:
    """我们这边一年十二个点, 季度付息: a month's or year's figure needs a word of interest beside its period."""
    around = slice(max(0, figure.start - SIDE_REACH), figure.end + SIDE_REACH)
    told = _GAIN_TALK.search(text, around.start, around.stop) or _INVESTING.search(text, around.start, around.stop)
    return told is not None


def _fen_rate(text: str, figure: Figure) -> Rate | None:
    """2分利, 月息2分, 年息8厘; without a period a month's, and a bare one perhaps a year's."""
    label = label_of(text, figure.start, figure.end)
    if label is not None and label.kind is None:
        return None
    named = label is not None and _FEN_LABEL_GAP.fullmatch(text, label.end, figure.start) is not None
    behind = _FEN_BEHIND.match(text, figure.end)
    if not (behind or (named and not _adverbial(text, figure)) or _bare_in_money_talk(text, figure)):
        return None
    if label is None or not (named or behind):
        label = Label("", "interest", figure.start, figure.start)
    if label.start >= figure.end or (behind and not named):
        words, label_end = (behind.group(), behind.end()) if behind else (label.words, figure.end)
        label = Label(words, "interest", figure.end, label_end)
    period = period_of(text, label, figure.start, figure.end)
    return _rate(text, figure, _fen_reading(figure, period), side_of(text, label, figure.start, figure.end), label)


def _fen_reading(figure: Figure, period: Period) -> _Reading:
    if figure.low is None or figure.high is None:
        return _Reading(None, None, (), period or "month")
    each: Period = period if period in _FEN_PERCENT else "month"
    low, high = (value * _FEN_PERCENT[each] for value in (figure.low, figure.high))
    plain = _annual(low, high, each)
    other = _other_reading(figure, period)
    if other is None:
        return plain
    return replace(plain, readings=_distinct((*plain.readings, other)), ambiguous=True)


def _other_reading(figure: Figure, period: Period) -> float | None:
    """日息5厘 is said for 0.5 % too, and a bare 一分八 for a year's 18 %."""
    if period == "day":
        return annual_percent(figure.low or 0, "day")
    if not period and figure.bare:
        return annual_percent((figure.low or 0) * _FEN_PERCENT["year"], "year")
    return None


def _adverbial(text: str, figure: Figure) -> bool:
    """收益十分稳定, 利润五五分: not 分 of interest. Nobody pays more than 30分 a month."""
    return text[figure.start : figure.end] in _ADVERBS or (figure.high or 0) > _HIGHEST_FEN


def _bare_in_money_talk(text: str, figure: Figure) -> bool:
    if not figure.bare or (figure.high or 0) > _HIGHEST_FEN:
        return False
    alone = figure.end - figure.start == len(text.strip())
    around = slice(max(0, figure.start - SIDE_REACH), figure.end + SIDE_REACH)
    return alone or _MONEY_TALK.search(text, around.start, around.stop) is not None


def _rate(text: str, figure: Figure, reading: _Reading, kind: Kind, label: Label) -> Rate:
    start = min(label.start, figure.start)
    end = max(label.end, figure.end)
    before = _FLOOR_BEFORE.search(text, max(0, figure.start - _FLOOR_REACH), figure.start)
    return Rate(
        start=start,
        end=end,
        quote=text[start:end],
        low=reading.low,
        high=reading.high,
        readings=reading.readings,
        kind=kind,
        period=reading.period,
        label=label.words,
        ambiguous=reading.ambiguous,
        floor=before is not None or _FLOOR_BEHIND.match(text, figure.end) is not None,
        subsidy=figure.added,
        compounded=_compounded(text, figure, reading),
    )


def _compounded(text: str, figure: Figure, reading: _Reading) -> float | None:
    """The compound figure where the words beside it say 利滚利 or 复投 (rulebase §5.2)."""
    near = slice(max(0, figure.start - _COMPOUND_REACH), figure.end + _COMPOUND_REACH)
    if reading.high is None or reading.period in ("", "year", "term"):
        return None
    percent = reading.high / PER_YEAR[reading.period]
    return compound_percent(percent, reading.period) if _COMPOUND.search(text, near.start, near.stop) else None


def _distinct(values: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(dict.fromkeys(values))
