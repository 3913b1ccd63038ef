"""Keccak-256: known digests, and SHA3-256 by its other padding."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.identifiers.keccak import keccak256


@pytest.mark.parametrize(
    ("data", "digest"),
    [
        (b"", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
        (b"abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"),
    ],
)
def test_known_digests(data: bytes, digest: str) -> None:
    assert keccak256(data).hex() == digest


@given(st.binary(max_size=300))
def test_with_the_padding_of_fips_202_it_is_sha3(data: bytes) -> None:
    assert keccak256(data, suffix=0x06) == hashlib.sha3_256(data).digest()
