"""Arithmetic of rates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.rates.rate import annual_percent, annual_percent_over, compound_percent, flat_fee_percent, internal_rate


def test_periods_are_simple_multiples() -> None:
    assert annual_percent(1, "day") == 365
    assert annual_percent(2, "month") == 24
    assert annual_percent(8, "") == 8
    assert annual_percent_over(30, 100) == 109.5


@given(st.floats(100, 1e6), st.floats(0.001, 0.2), st.integers(2, 60))
def test_the_internal_rate_of_an_annuity_is_its_rate(principal: float, rate: float, count: int) -> None:
    payment = principal * rate / (1 - (1 + rate) ** -count)
    assert internal_rate(principal, payment, count) == pytest.approx(rate, rel=1e-6)


@pytest.mark.parametrize(("payment", "count"), [(0, 12), (-5, 12), (100, 0)])
def test_nothing_coming_back_is_total_loss(payment: float, count: int) -> None:
    assert internal_rate(1000, payment, count) == -1


def test_long_terms_do_not_overflow() -> None:
    assert internal_rate(1000, 1, 999) == pytest.approx(0, abs=1e-3)


def test_a_flat_fee_is_nearly_twice_the_nominal_rate() -> None:
    """Rulebase §5.2: 月费率1.5% over 12 instalments is 31.7 %, nominally 18 %."""
    assert flat_fee_percent(1.5, 12) == pytest.approx(31.7, abs=0.05)


@given(st.floats(0.01, 5), st.integers(2, 60))
def test_a_flat_fee_costs_more_than_it_says(fee: float, count: int) -> None:
    assert flat_fee_percent(fee, count) > fee * 12


def test_compounding_is_bounded() -> None:
    assert compound_percent(1, "day") == pytest.approx(3678.3434)
    assert compound_percent(100, "hour") is None
    assert compound_percent(-100, "day") is not None
