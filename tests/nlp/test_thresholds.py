"""Thresholds are data with a source: every bound a rule sets on a rate is listed in rules/thresholds.yml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from nlp.rates.rate import annual_percent, annual_percent_over

RULES = Path(__file__).resolve().parents[2] / "rules"
NO_BOUND = 0.0


def bounds_of_rules() -> Iterator[tuple[str, float]]:
    for path in sorted(RULES.glob("*/*.yml")):
        for clause in yaml.safe_load(path.read_text(encoding="utf-8"))["any"]:
            apr = clause.get("rate", {}).get("apr")
            if apr is not None:
                yield path.stem, float(re.sub(r"[<>=\s]", "", apr))


def test_every_bound_has_a_source() -> None:
    groups = yaml.safe_load((RULES / "thresholds.yml").read_text(encoding="utf-8")).values()
    listed = {float(value["apr"]) for group in groups for value in group.get("values", ())}
    cap = next(group for group in groups if "factor" in group)
    listed |= {cap["lpr_1y"] * cap["factor"], NO_BOUND}
    assert {(rule, bound) for rule, bound in bounds_of_rules() if bound not in listed} == set()


def test_every_group_says_where_it_is_from() -> None:
    groups = yaml.safe_load((RULES / "thresholds.yml").read_text(encoding="utf-8"))
    assert all({"source", "status", "as_of"} <= group.keys() for group in groups.values())


def test_every_line_of_the_rulebase_is_listed() -> None:
    """Rulebase §5.3, row by row; what stands in per cent of a day, a month or a term agrees with its annual figure."""
    groups = yaml.safe_load((RULES / "thresholds.yml").read_text(encoding="utf-8"))
    assert [value["apr"] for value in groups["investment_apr"]["values"]] == [6, 8, 10]
    assert groups["lending_cost_cap"]["factor"] == 4
    assert [value["apr"] for value in groups["historic_lending_lines"]["values"]] == [24, 36]
    assert (groups["benchmark_range"]["lowest"], groups["benchmark_range"]["highest"]) == (2, 4)
    assert groups["referral_levels"]["least"] == 2
    day, month, term = groups["daily_or_monthly_return"]["values"]
    assert day["apr"] == annual_percent(day["period_percent"], "day")
    assert month["apr"] == annual_percent(month["period_percent"], "month")
    assert term["apr"] == round(annual_percent_over(100, term["days"]), 2)
    severities = [(value["apr"], value["severity"]) for value in groups["investment_severity"]["values"]]
    assert severities == [(6, 1), (8, 2), (10, 3), (24, 3)]
