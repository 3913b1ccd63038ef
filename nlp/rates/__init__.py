"""Return rates in a text, as simple annual per cent: the grammar of rulebase §5.

`find_rates` reads normalised text; whether a rate is too high, and for whom, is for the rules.
"""

from __future__ import annotations

from nlp.rates.find import find_rates
from nlp.rates.rate import Kind, Period, Rate

__all__ = ["Kind", "Period", "Rate", "find_rates"]
