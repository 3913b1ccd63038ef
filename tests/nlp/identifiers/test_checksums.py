"""Check digits: known numbers pass, any single changed character fails."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.identifiers.checksums import (
    base58check_ok,
    bech32_ok,
    eip55_ok,
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
    (eip55_ok, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
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


@pytest.mark.parametrize(
    "address",
    [
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ],
)
def test_the_examples_of_eip_55_pass(address: str) -> None:
    assert eip55_ok(address)
    assert eip55_ok(address.lower()) is None
    assert eip55_ok("0x" + address[2:].swapcase()) is False


@pytest.mark.parametrize(
    "address",
    [
        "BC1SW50QGDZ25J",  # valid in BIP 350
        "bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3",
    ],
)
def test_segwit_addresses_of_other_versions_and_lengths_pass(address: str) -> None:
    assert bech32_ok(address)


@pytest.mark.parametrize(
    "address",
    [
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh",  # version 0 with the constant of bech32m (BIP 350)
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",  # version 1 with that of bech32
        "bc1Qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",  # two cases
        "bc1",
        "bc1q",
    ],
)
def test_segwit_addresses_that_break_their_standard_fail(address: str) -> None:
    assert not bech32_ok(address)


def test_a_bitcoin_address_has_no_spare_ones() -> None:
    assert base58check_ok("1111111111111111111114oLvT2")
    assert not base58check_ok("11A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa")


@pytest.mark.parametrize("check", [check for check, _ in KNOWN if check is not eip55_ok])
@given(text=st.text(max_size=40))
def test_any_text_is_answered(check: Callable[[str], bool], text: str) -> None:
    assert check(text) in (True, False)


@given(text=st.text(max_size=44))
def test_any_address_is_answered(text: str) -> None:
    assert eip55_ok(text) in (True, False, None)
