"""What a rate is, and the arithmetic that turns any period into simple annual per cent (rulebase §5.2)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal[
    "yield",  # offered on money put in: 年化收益12%, 日化1.2%, 月息2分 beside 投资 words
    "interest",  # an interest rate whose side, investor's or borrower's, the words do not tell: 月息2分
    "fixed_cash",  # 投1万每月返500
    "per10k",  # 万元日收益8.8元
    "payback",  # 7天回本: at least the principal within the time
    "doubling",  # 90天翻倍
    "loan_cost",  # what a borrower pays
    "benchmark",  # 业绩比较基准
    "fund_yield",  # 七日年化, 万份收益
    "deposit",  # deposits, treasury bonds, coupons, LPR
    "insurance",  # 保证利率, 预定利率, 结算利率
]
Period = Literal["year", "half", "quarter", "month", "week", "day", "hour", "term", ""]
"""What the written figure counts for; `term`: a stated number of days; empty: not said."""

PER_YEAR: Final[dict[Period, float]] = {
    "year": 1,
    "half": 2,
    "quarter": 4,
    "month": 12,
    "week": 52,
    "day": 365,
    "hour": 24 * 365,
    "": 1,  # an unlabelled 收益率 is read as annual, as the market does
}
DAYS: Final[dict[str, float]] = {
    "小时": 1 / 24, "天": 1, "日": 1, "周": 7, "星期": 7, "月": 365 / 12, "季": 365 / 4, "半年": 365 / 2,
    "年": 365,
}  # fmt: skip


@dataclass(frozen=True)
class Rate:
    """A return or an interest rate as a text states it."""

    start: int
    end: int
    quote: str
    """The text from start to end: label, figure and unit."""
    low: float | None
    """Simple annual per cent; None: the figure is masked (xx%) or names no time to annualise by."""
    high: float | None
    readings: tuple[float, ...]
    """Every value the words can mean, `low` and `high` first."""
    kind: Kind
    period: Period
    label: str
    """The words that made it a rate (年化收益率, 月息, 回购); empty where the form itself does (7天回本)."""
    ambiguous: bool = False
    """The words have more than one customary reading; see `readings`."""
    floor: bool = False
    """The figure is a lower bound: 12%起, 保底8%, 7天回本."""
    subsidy: bool = False
    """Part of the figure is added to the rest: 8%+2%加息."""
    compounded: float | None = None
    """What it comes to in a year if reinvested, where the text says so (利滚利, 复投); never among the readings."""

    @property
    def masked(self) -> bool:
        """A figure stood there but its size is not known."""
        return self.low is None


def annual_percent(percent: float, period: Period) -> float:
    """Simple annual per cent of a per cent per period.

    Raises KeyError for `term`, which needs days: see `annual_percent_over`.
    """
    return round(percent * PER_YEAR[period], 4) + 0.0  # no minus before a zero


def compound_percent(percent: float, period: Period) -> float | None:
    """Compound annual per cent, (1+r)^n-1 (rulebase §5.2); None beyond a million, where it says nothing any more."""
    grown = PER_YEAR[period] * math.log1p(max(percent, -99.0) / 100)
    return round((math.exp(grown) - 1) * 100, 4) if grown < math.log(1e4) else None


def flat_fee_percent(fee: float, count: int) -> float:
    """True annual per cent of equal instalments with a monthly fee on the whole loan: 1.5 % over 12 is 31.7."""
    return annual_percent(internal_rate(1, 1 / count + fee / 100, count) * 100, "month")


def annual_percent_over(percent: float, days: float) -> float:
    """Simple annual per cent of a per cent earned once in some days."""
    return round(percent * 365 / days, 4)


def internal_rate(principal: float, payment: float, count: int) -> float:
    """The rate per period at which `count` equal payments are worth `principal` now, as a fraction.

    Between -0.5 (less comes back than was given) and 10; -1 where nothing does. At most 999 payments.
    """
    if payment <= 0 or count <= 0:
        return -1.0
    low, high = -0.5, 10.0
    for _ in range(80):  # halves 10.5 to under the precision of a float
        middle = (low + high) / 2
        if _present_value(payment, count, middle) > principal:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _present_value(payment: float, count: int, rate: float) -> float:
    if abs(rate) < 1e-12:
        return payment * count
    return float(payment * (1 - (1 + rate) ** -count) / rate)
