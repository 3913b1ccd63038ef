"""Check digits: known numbers pass, any single changed character fails."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.identifiers.checksums import (
    base58check_ok,
    bech32_ok,
    luhn_ok,
    org_code_ok,
    person_ok,
    registration_ok,
    uscc_ok,
)

KNOWN: list[tuple[Callable[[str], bool], str]] = [
    (uscc_ok, "91440300708461136T"),
    (org_code_ok, "708461136"),
    (registration_ok, "110108000000016"),
    (person_ok, "11010519491231002X"),
    (luhn_ok, "4111111111111111"),
    (base58check_ok, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
    (base58check_ok, "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"),
    (bech32_ok, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
    (bech32_ok, "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"),
]


@pytest.mark.parametrize(("check", "number"), KNOWN)
def test_published_examples_pass(check: Callable[[str], bool], number: str) -> None:
    assert check(number)


@pytest.mark.parametrize(("check", "number"), KNOWN)
def test_one_changed_character_fails(check: Callable[[str], bool], number: str) -> None:
    changed = [
        number[:place] + ("2" if character != "2" else "3") + number[place + 1 :]
        for place, character in enumerate(number)
    ]
    assert not any(check(each) for each in changed)


@pytest.mark.parametrize("check", [check for check, _ in KNOWN])
@given(text=st.text(max_size=40))
def test_any_text_is_answered(check: Callable[[str], bool], text: str) -> None:
    assert check(text) in (True, False)
