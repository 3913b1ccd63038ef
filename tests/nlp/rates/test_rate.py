"""Arithmetic of rates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.rates.rate import annual_percent, annual_percent_over, internal_rate


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
