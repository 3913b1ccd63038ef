"""Returns told in money and time, without a per cent: 7天回本, 90天翻倍, 投1万每月返500, 万元日收益8.8元.

Every pattern is bounded: no repeat is nested in another and no gap is longer than 20 characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from nlp.rates.numerals import ARABIC, CHINESE, MASKED, parse_number
from nlp.rates.rate import (
    DAYS,
    Kind,
    Period,
    Rate,
    annual_percent,
    annual_percent_over,
    flat_fee_percent,
    internal_rate,
)
from nlp.rates.words import either

_COUNT: Final = rf"(?:{ARABIC}|{CHINESE}|{MASKED})"
_UNIT: Final = "小时|半年|天|日|周|星期|月|季|年"
_CURRENCY: Final = "元|块钱?|人民币|rmb|美元|美金|刀|u(?:sdt)?(?![a-z])"
_SCALES: Final = {"": 1.0, "百": 1e2, "千": 1e3, "k": 1e3, "万": 1e4, "w": 1e4, "亿": 1e8}
_PERIODS: Final[dict[str, Period]] = {
    "天": "day", "日": "day", "周": "week", "星期": "week", "月": "month", "季": "quarter", "季度": "quarter",
    "年": "year", "小时": "hour",
}  # fmt: skip
_EVERY: Final = "(?:每一?个?|一个?|按|天天|日日|月月|/)?(?P<every>天|日|周|星期|季度?|月|年|小时)"
_ONE_PERIOD: Final = "(?:[每1]一?个?|一个?|按|天天|日日|月月|/)?(?P<every>天|日|周|月|年)"
"""As above, with 1天 too: what a loan costs a day."""
_NO_TERM: Final = "(?<![0-9二三四五六七八九十两几半]个)(?<![0-9二三四五六七八九十两几半])"
"""30天 is a term, not 天."""
_IN_SENTENCE: Final = r"[^。！？；\n]"
_NO_DIGIT: Final = r"[^。！？；\n0-9]"
_NO_NUMBER: Final = r"[^。！？；\n0-9一二三四五六七八九十两半%x*]"


def _time(name: str = "") -> str:
    return rf"(?P<{name}count>{_COUNT})\s*个?\s*(?P<{name}unit>{_UNIT})"


def _sum(name: str) -> str:
    """A sum of money: 两万五, 1.5万元, 500; not the head of a longer number, a count or a term."""
    return (
        rf"(?:[¥￥$]\s*)?(?P<{name}>{_COUNT})\s*"
        rf"(?:(?P<{name}_scale>[百千万亿wk](?![a-z]))\s*[余多]?(?:{_CURRENCY})?|{_CURRENCY}"
        r"|(?!\d|[.,]\d|[%‰个分厘点倍折积次位名人百千万亿种项款台套张斤金积钻颗枚粒]|[天日月年期周](?![返领赚得收分拿息利])))"
    )


def _multiple(name: str) -> str:
    return rf"(?:翻(?:了|上)?(?P<{name}fold>{_COUNT})?\s*(?P<{name}how>倍|番)|倍增|变成?双倍)"


_PAYBACK: Final = re.compile(
    rf"(?:{_time()}|[当首](?P<first>天|日|周|月|年))"
    r"(?:左右|之内|以内|内|即可|就能|就可以?|可以?|便可?|能够?|轻松|快速|全部|全额|稳|保|期|就|,|，|\s){0,5}"
    r"(?:保?本?回本|返本|保?本回(?![报购来馈])|(?:收回|回收)(?:全部)?(?:本金|成本|投资|投入))"
    rf"|(?:回本|返本)(?:周期|时间|期)?(?:仅需?|只要|只需|约|为|短至|:|：|\s){{0,3}}{_time('in_')}"
)
_DOUBLING: Final = re.compile(
    rf"{_time()}{_NO_DIGIT}{{0,8}}?{_multiple('a')}"
    rf"|{_multiple('b')}(?:{_NO_DIGIT}{{0,4}}(?:只需|仅需|只要|需要?){_time('in_')})?"
)
_OWN_MONEY: Final = re.compile(
    either("""
    本金 资金 资产 财富 收益 回报 投资 投入 的钱 身家 连本带利 利润 币 原始股 上市 股 理财 账户 积分 余额
    利息 赚 [0-9一]万
    """)
)
_OTHER_THINGS: Final = re.compile(
    either("""
    产量 产能 产值 销量 销售 人口 gdp 经济 总量 规模 业绩 营收 营业 工资 收入 流量 用户 客流 面积 速度
    效率 性能 成本 罚款 车流 订单 价格 股价 增长
    """)
)
_NEAR: Final = 14
"""Characters before 翻倍 that may hold what doubles."""

_PUT: Final = (
    either("""
    每?投资?入? 存入? 交纳? 缴纳? 购?买入? 购买 充值? 入金 入股 出资 认购 放 打款 门槛 一单 每单 花 拿出
    加盟费? 报单 每份 一份 单份 每股 每台 一台 每(?=(?:[2-9]|[1-9][0-9]{1,3})万)
    """)
    + r"[了满款进]?\s*"
)
_STAKE: Final = either("本金 入户 入会 起投 入股 投入 投资 存款 [投存放交][进入下在]")
_GET: Final = either("""
    返还?利?息? 领取? 赚取? 得到? 收益? 分红? 拿 利息 进账 到账 入账 回报 送 派息? 奖励? 盈利 挣 获利?
    获得 净赚 收入
""")
_FIXED: Final = re.compile(
    rf"(?:{_PUT}{_sum('put')}|{_sum('stake')}{_STAKE}){_IN_SENTENCE}{{0,20}}?(?<!万元)(?<!一万){_NO_TERM}{_EVERY}"
    rf"{_NO_NUMBER}{{0,6}}?{_GET}{_NO_NUMBER}{{0,4}}{_sum('get')}"
)
_AFTER_TERM: Final = re.compile(
    rf"(?:{_PUT}{_sum('put')}|{_sum('stake')}{_STAKE}){_NO_DIGIT}{{0,10}}?{_time()}"
    rf"[^。！？；\n0-9一二三四五六七八九十两半%x*每按/]{{0,6}}?{_GET}{_NO_NUMBER}{{0,4}}{_sum('get')}"
)
"""投1万30天到期返1.2万: paid once, at the end of the term."""
_TERM_SIGN: Final = re.compile(r"[0-9一二两三四五六七八九十半]\s*(?:个月|天|年|月|周|日|小时)")
_ONCE: Final = re.compile(
    rf"(?:投资?|投入|存入?|入金|出资|认购|充值?|报单)\s*{_sum('put')}\s*"
    rf"(?:元|块|就|立即|立|可|能|即|马上|当天|到期)?(?:返还?|得|拿回?|变成?|领|送)\s*{_sum('get')}"
)
_LONE_DIGIT: Final = re.compile("[0-9一二两三四五六七八九]")
"""送一 is a gift, not a sum."""
_CONSUMER: Final = re.compile(
    either("话费 储值 会员卡 流量 油卡 加油 洗车 餐 券 购物 超市 美容 健身 水费 电费 彩铃 宽带 积分 满减")
)
_DEPOSIT: Final = re.compile("国债|定期|存款|存单|储蓄")
_WITH_PRINCIPAL: Final = re.compile("返本付息|还本付息|连本带[利息]|本息|含本金?|带本金?")
_COUNT_BEHIND: Final = re.compile(
    rf"{_IN_SENTENCE}{{0,3}}?(?:[分共满][计有]?\s*(?P<total>[0-9]{{1,3}})\s*(?:个月|期|次|天|周|年)"
    r"|(?P<terms>[0-9]{1,3})\s*[期次])(?!\s*[0-9回])"
)
_INSTALMENTS_BACK: Final = re.compile(
    rf"{_IN_SENTENCE}{{0,8}}?[分共满]?(?P<count>[0-9]{{1,3}})\s*(?:个?月|天|期|年|周|次)\s*(?:全部)?"
    "(?:返完|返清|返还完|还完|付清|领完|结清)"
)
_PER_10K: Final = re.compile(
    rf"(?<![0-9.一二三四五六七八九十百千两几])(?:万份|(?:每|[1一])?万(?:元|块)?)(?:钱|本金|投资)?{_NO_DIGIT}{{0,3}}?(?:{_EVERY})?"
    rf"[^。！？；\n0-9%年]{{0,3}}?(?:收益|利息|赚|进账|返还?|得|拿|挣|入账|回报|息){_NO_NUMBER}{{0,4}}"
    rf"(?:(?P<get>{ARABIC}|{CHINESE})\s*(?:元|块)|(?P<plain>{ARABIC})(?![\s0-9.%‰个点分厘成万千百天月日年期次倍名人金积]))"
)
_PER_10K_BARE: Final = re.compile(
    rf"(?<![0-9.一二三四五六七八九十百千两几])(?:每|[1一])万(?:元|块)?钱?\s*(?:每|一)(?P<every>天|日|周|月|年)\s*(?P<get>{ARABIC}|{CHINESE})\s*(?P<plain>)[元块]"
)
"""一万块一天三块: the verb left out."""
_UNITLESS: Final = re.compile(
    r"年化(?:收益率?|回报率?)?(?:最?高达?|可达|达到?|做到|约|近)?\s*(?P<figure>[0-9]{1,2}(?:\.[0-9]{1,2})?)"
    r"(?!\s*(?:[0-9.%‰个点年月天元万倍至到成分厘~/+x×*○□■\ufe0f\u20e3-]|,[0-9]))"
    r"|(?:年化|收益|回报)[^。，！？；\n0-9]{0,4}(?P<whole>[0-9]{1,2}|[一二三四五六七八九十]{1,2})个(?P<tenth>[1-9一二三四五六七八九])"
    r"(?![0-9个月天百千万人点])"
)
"""年化18起, 收益九个二: the per cent left out, as sellers speak."""
_PAYMENT: Final = rf"(?:每期|每月|月供|月还|月)(?:应?还款?|偿还|仅需?|只需|约|为|供|还)?\s*{_sum('get')}"
_LOAN: Final = re.compile(
    rf"(?:借款?|贷款?|分期){_sum('put')}{_NO_DIGIT}{{0,8}}?(?P<count>[0-9]{{1,3}})\s*(?:期|个月){_NO_DIGIT}{{0,6}}?{_PAYMENT}"
)
_LOAN_COUNTED_BEHIND: Final = re.compile(
    rf"(?:借款?|贷款?|分期){_sum('put')}{_NO_DIGIT}{{0,8}}?{_PAYMENT}{_NO_DIGIT}{{0,4}}?(?P<count>[0-9]{{1,3}})\s*(?:期|个月)"
)
_LOAN_INTEREST: Final = re.compile(
    rf"(?:(?:借款?|贷款?){_sum('put')}|{_sum('stake')}(?:借|贷)){_NO_DIGIT}{{0,6}}?{_ONE_PERIOD}{_NO_NUMBER}{{0,4}}?"
    rf"(?:利息|息|费用?|仅|只|最低|低至){_NO_NUMBER}{{0,4}}{_sum('get')}"
)
"""借1000元用1天利息0.5元: what a borrower pays, never a return."""
_FEE: Final = r"(?:月(?:手续|服务)?费率?|每[期月](?:的)?(?:手续|服务)?费率?|分期(?:手续)?费率|月综合费率)"
_INSTALMENTS: Final = r"(?P<{}>[0-9]{{1,3}})\s*(?:期|个月)"
_FLAT_FEE: Final = re.compile(
    rf"{_INSTALMENTS.format('before')}{_NO_DIGIT}{{0,14}}?{_FEE}{_NO_DIGIT}{{0,6}}?(?P<fee>{ARABIC})\s*%"
    rf"|{_FEE}{_NO_DIGIT}{{0,6}}?(?P<fee_first>{ARABIC})\s*%{_NO_DIGIT}{{0,14}}?{_INSTALMENTS.format('behind')}"
)
"""等额本息12期, 月费率1.5%: the fee is on the whole loan, so the true rate is nearly twice the nominal one."""
_INSTALMENT_TALK: Final = re.compile("等额|分期|每期|借|贷|月供|还款|分[0-9]")
_MULTIPLE: Final = re.compile(
    rf"{_time()}{_NO_DIGIT}{{0,6}}?(?P<fold>{ARABIC}|{CHINESE})倍(?:的)?(?:收益|回报|利润|盈利)"
)
"""一年10倍收益; without a time it is a boast (银行的40倍), not a rate."""


def find_payback(text: str) -> Iterator[Rate]:
    """7天回本: at least the whole principal within the time, hence a lower bound."""
    for found in _PAYBACK.finditer(text):
        count = found["count"] or found["in_count"] or ("1" if found["first"] else None)
        unit = found["unit"] or found["in_unit"] or found["first"]
        days = _days(count, unit)
        if days == 0:
            continue
        low = annual_percent_over(100, days) if days else None
        yield _rate(found, "payback", low, period="term", floor=True)


def find_doubling(text: str) -> Iterator[Rate]:
    """90天翻倍, 上市翻5倍: only of one's own money, never of output or population."""
    for found in _DOUBLING.finditer(text):
        before = text[max(0, found.start() - _NEAR) : found.end()]
        if _OTHER_THINGS.search(before) or not (found["count"] or found["in_count"] or _OWN_MONEY.search(before)):
            continue
        gains = _gains(found)
        days = _days(found["count"] or found["in_count"], found["unit"] or found["in_unit"])
        if days == 0 or gains is None:
            continue
        yield _doubling(found, gains, days)


def find_fixed_cash(text: str) -> Iterator[Rate]:
    """投1万每月返500 with its simple annual per cent; 充1000返1200 without, since it names no time."""
    for found in _FIXED.finditer(text):
        yield _fixed_cash(text, found)
    for found in _AFTER_TERM.finditer(text) if _TERM_SIGN.search(text) else ():
        rate = _after_term(found)
        if rate is not None:
            yield rate
    for found in _ONCE.finditer(text):
        if not _LONE_DIGIT.fullmatch(found["get"] + (found["get_scale"] or "")) and not _CONSUMER.search(
            text, max(0, found.start() - _NEAR), found.end() + _NEAR
        ):
            yield _rate(found, "fixed_cash", None)


def find_per_10k(text: str) -> Iterator[Rate]:
    """万元日收益8.8元; 万份收益 is the daily figure money funds must publish."""
    for found in (*_PER_10K.finditer(text), *_PER_10K_BARE.finditer(text)):
        fund = found.group().startswith("万份")
        if not fund and found["every"] is None:
            continue
        period: Period = "day" if fund else _PERIODS[found["every"]]
        earned = _number(found["get"] or found["plain"])
        if earned is not None:
            yield _rate(
                found,
                "fund_yield" if fund else "per10k",
                annual_percent(earned / 1e4 * 100, period),
                period=period,
            )


def find_unitless(text: str) -> Iterator[Rate]:
    """年化18起, 收益九个二 (9.2): a year's per cent with the unit left out."""
    for found in _UNITLESS.finditer(text):
        if found["figure"]:
            value = _number(found["figure"])
        else:
            whole, tenth = _number(found["whole"]), _number(found["tenth"])
            value = None if whole is None or tenth is None else round(whole + tenth / 10, 1)
        if value:
            yield _rate(found, "yield", value, period="year")


def find_instalments(text: str) -> Iterator[Rate]:
    """借1万分12期每期983.33: the true rate of equal instalments, and the nominal one as a second reading."""
    for found in (*_LOAN.finditer(text), *_LOAN_COUNTED_BEHIND.finditer(text)):
        principal, payment, count = _money(found, "put"), _money(found, "get"), int(found["count"])
        if not principal or not payment or not count:
            continue
        true = annual_percent(internal_rate(principal, payment, count) * 100, "month")
        nominal = annual_percent((payment * count - principal) / principal / count * 100, "month")
        if true > 0:
            yield _rate(found, "loan_cost", true, readings=(true, nominal), period="month")


def find_loan_interest(text: str) -> Iterator[Rate]:
    """借1000元用1天利息0.5元 (18.25)."""
    for found in _LOAN_INTEREST.finditer(text):
        principal, interest = _money(found, "put" if found["put"] else "stake"), _money(found, "get")
        if principal and interest and interest < principal:
            period = _PERIODS[found["every"]]
            yield _rate(found, "loan_cost", annual_percent(interest / principal * 100, period), period=period)


def find_flat_fees(text: str) -> Iterator[Rate]:
    """12期, 月费率1.5%: the true rate of equal instalments, and the nominal one as a second reading."""
    for found in _FLAT_FEE.finditer(text):
        fee, count = _number(found["fee"] or found["fee_first"]), int(found["before"] or found["behind"])
        near = text[max(0, found.start() - _NEAR) : found.end() + _NEAR]
        if fee and count > 1 and _INSTALMENT_TALK.search(near):
            true, nominal = flat_fee_percent(fee, count), annual_percent(fee, "month")
            yield _rate(found, "loan_cost", true, readings=(true, nominal), period="month")


def find_multiples(text: str) -> Iterator[Rate]:
    """一年10倍收益: ten times earned, or ten times in hand."""
    for found in _MULTIPLE.finditer(text):
        days, fold = _days(found["count"], found["unit"]), _number(found["fold"])
        if days and fold and fold > 1:
            readings = tuple(annual_percent_over(gain * 100, days) for gain in (fold - 1, fold))
            yield _rate(found, "doubling", readings[0], readings=readings, period="term")


_EARNS: Final = re.compile(
    r"(?:返|领|赚|得|分|拿|益|息|账|挣|送|奖|变|利|收)[^。！？；\n0-9]{0,4}[0-9x*一二两三四五六七八九十]"
    r"|[一每][天月年日期]\s*[0-9一二两三四五六七八九十]"
)
FORMS: Final[tuple[tuple[re.Pattern[str], Callable[[str], Iterator[Rate]]], ...]] = (
    (re.compile("回本|返本|本回|收回|回收"), find_payback),
    (re.compile("倍的?(?:收益|回报|利润|盈利)"), find_multiples),
    (re.compile("翻|倍增|双倍"), find_doubling),
    (re.compile("年化|收益|回报"), find_unitless),
    (re.compile("每期|每月|月供|月还"), find_instalments),
    (re.compile("[借贷][^。]{1,24}(?:息|费|仅|只|最低|低至)"), find_loan_interest),
    (re.compile("[期月].{0,3}费"), find_flat_fees),
    (_EARNS, find_fixed_cash),
    (re.compile(rf"万(?=[^。]{{0,14}}(?:{_EARNS.pattern}))"), find_per_10k),
)
"""Each form with a sign that stands in every text that holds it; of two that overlap the earlier form's wins."""


def _fixed_cash(text: str, found: re.Match[str]) -> Rate:
    put = _money(found, "put") if found["put"] else _money(found, "stake")
    get = _money(found, "get")
    period = _PERIODS[found["every"]]
    if not put or get is None:
        return _rate(found, "fixed_cash", None, period=period)
    kind: Kind = "deposit" if _DEPOSIT.search(found.group()) else "fixed_cash"
    plain = annual_percent(get / put * 100, period)
    if get > put and text[found.start("every") - 1] in "一满":  # 满一年返12万 of 10万: the principal is in it
        readings = (annual_percent((get - put) / put * 100, period), plain)
        return _rate(found, kind, readings[0], readings=readings, period=period)
    back = _INSTALMENTS_BACK.match(text, found.end())
    counted = back or _COUNT_BEHIND.match(text, found.end())
    if counted is None:
        return _rate(found, kind, plain, period=period)
    count = next(int(number) for number in counted.groups() if number)
    true = annual_percent(internal_rate(put, get, count) * 100, period)
    if back or _WITH_PRINCIPAL.search(found.group()):
        return _rate(found, kind, true, period=period)
    return _rate(found, kind, plain, readings=(plain, true), period=period)


def _after_term(found: re.Match[str]) -> Rate | None:
    """Less than was put in is what it earned; more holds the principal, or so most mean it."""
    put = _money(found, "put") if found["put"] else _money(found, "stake")
    get, days = _money(found, "get"), _days(found["count"], found["unit"])
    if not put or get is None or not days:
        return None
    kind: Kind = "deposit" if _DEPOSIT.search(found.group()) else "fixed_cash"
    if get < put and found["count"] in "1一" and found["unit"] in _PERIODS:
        period = _PERIODS[found["unit"]]
        return _rate(found, kind, annual_percent(get / put * 100, period), period=period)
    gains = (get / put * 100,) if get < put else ((get - put) / put * 100, get / put * 100)
    readings = tuple(annual_percent_over(gain, days) for gain in gains)
    return _rate(found, kind, readings[0], readings=readings, period="term")


def _doubling(found: re.Match[str], gains: tuple[float, ...], days: float | None) -> Rate:
    if days is None:
        return _rate(found, "doubling", None)
    readings = tuple(annual_percent_over(gain, days) for gain in gains)
    return _rate(found, "doubling", readings[0], readings=readings, period="term")


def _gains(found: re.Match[str]) -> tuple[float, ...] | None:
    """Per cent gained: 翻倍 100, 翻两番 300, 翻3倍 200 or 300 as people differ; None for no number."""
    how = found["ahow"] or found["bhow"]
    fold = found["afold"] or found["bfold"]
    if how is None or fold is None:
        return (100.0,)
    count = _number(fold)
    if count is None:
        return (100.0,)
    if how == "番":
        return (2 ** min(count, 20) * 100 - 100,)
    return ((count - 1) * 100, count * 100) if count > 1 else (100.0,)


def _days(count: str | None, unit: str | None) -> float | None:
    """Days of a stated time; None where it is not stated or masked; 0 for what is no number."""
    if count is None or unit is None:
        return None
    try:
        value = parse_number(count)
    except ValueError:
        return 0
    return None if value is None else value * DAYS[unit]


def _money(found: re.Match[str], name: str) -> float | None:
    value = _number(found[name])
    return None if value is None else value * _SCALES[found[f"{name}_scale"] or ""]


def _number(words: str) -> float | None:
    try:
        return parse_number(words)
    except ValueError:
        return None


def _rate(
    found: re.Match[str],
    kind: Kind,
    percent: float | None,
    *,
    readings: tuple[float, ...] = (),
    period: Period = "",
    floor: bool = False,
) -> Rate:
    values = readings or ((percent,) if percent is not None else ())
    return Rate(
        start=found.start(),
        end=found.end(),
        quote=found.group(),
        low=percent,
        high=percent,
        readings=values,
        kind=kind,
        period=period,
        label="",
        ambiguous=len(values) > 1,
        floor=floor,
    )
