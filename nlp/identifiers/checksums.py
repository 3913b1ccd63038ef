"""Check digits and checksums, each as its standard defines it. Pure; a wrong length or character is False."""

from __future__ import annotations

import hashlib
from typing import Final

_USCC: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
"""GB 32100-2015: 3^(i-1) mod 31."""
USCC_CHARACTERS: Final = frozenset(_USCC)
"""Digits and letters without I, O, S, V, Z (rulebase §4)."""
USCC_LENGTH: Final = 18
_ORG: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORG_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
"""GB 11714-1997."""
_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_GENERATORS: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32_CONSTANT: Final = 1
"""BIP 173: witness version 0."""
_BECH32M_CONSTANT: Final = 0x2BC830A3
"""BIP 350: versions 1 to 16."""
_WITNESS_LENGTHS: Final = range(2, 41)
"""Bytes of a witness program; of version 0 only 20 or 32 (BIP 141)."""
_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS: Final = "10X98765432"
"""GB 11643-1999, a person's number: known here only to be told from a company's."""


def uscc_ok(code: str) -> bool:
    """统一社会信用代码: its own check character and that of the organisation code in it."""
    if len(code) != 18 or any(character not in _USCC for character in code):
        return False
    total = sum(_USCC.index(character) * weight for character, weight in zip(code, _USCC_WEIGHTS, strict=False))
    return _USCC[(31 - total % 31) % 31] == code[17] and org_code_ok(code[8:17])


def org_code_ok(code: str) -> bool:
    """组织机构代码, eight characters and the check character, no hyphen."""
    if len(code) != 9 or any(character not in _ORG for character in code):
        return False
    total = sum(_ORG.index(character) * weight for character, weight in zip(code, _ORG_WEIGHTS, strict=False))
    return "0123456789X"[(11 - total % 11) % 11] == code[8]


def registration_ok(number: str) -> bool:
    """15-digit 工商注册号: MOD 11,10 (GB/T 17710)."""
    if len(number) != 15 or not number.isdecimal():
        return False
    remainder = 10
    for digit in number[:14]:
        remainder = (remainder + int(digit)) % 10 or 10
        remainder = remainder * 2 % 11
    return (remainder + int(number[14])) % 10 == 1


def person_ok(number: str) -> bool:
    """居民身份证号码 of 18 characters."""
    if len(number) != 18 or not number[:17].isdecimal():
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _ID_WEIGHTS, strict=False))
    return _ID_CHECKS[total % 11] == number[17].upper()


def luhn_ok(number: str) -> bool:
    """Card numbers (ISO/IEC 7812)."""
    if not number.isdecimal():
        return False
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(number)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def base58check_ok(address: str) -> bool:
    """Bitcoin and Tron addresses: 25 bytes, the last four a double SHA-256 of the others."""
    value = 0
    for character in address:
        place = _BASE58.find(character)
        if place < 0:
            return False
        value = value * 58 + place
    if value.bit_length() > 25 * 8:
        return False
    data = value.to_bytes(25, "big")
    if len(address) - len(address.lstrip("1")) != len(data) - len(data.lstrip(b"\0")):
        return False  # each leading 1 is a leading zero byte
    return hashlib.sha256(hashlib.sha256(data[:21]).digest()).digest()[:4] == data[21:]


def bech32_ok(address: str) -> bool:
    """Segregated-witness addresses (bc1…): one case, the constant and length of their version (BIP 173, 350)."""
    if address not in (address.lower(), address.upper()):
        return False
    prefix, _, payload = address.lower().rpartition("1")
    if not prefix or len(payload) < 8 or any(character not in _BECH32 for character in payload):
        return False
    values = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    checksum = 1
    for value in values + [_BECH32.index(character) for character in payload]:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(_BECH32_GENERATORS):
            checksum ^= generator if top >> place & 1 else 0
    version, size = _BECH32.index(payload[0]), (len(payload) - 7) * 5 // 8
    if version == 0:
        return checksum == _BECH32_CONSTANT and size in (20, 32)
    return checksum == _BECH32M_CONSTANT and version <= 16 and size in _WITNESS_LENGTHS


def eip55_ok(address: str) -> bool | None:
    """Ethereum addresses: the case of each letter follows the Keccak-256 of the lower-case address (EIP-55).

    None where all letters have one case: such an address carries no checksum.
    """
    digits = address.removeprefix("0x")
    if len(digits) != 40 or any(character not in "0123456789abcdefABCDEF" for character in digits):
        return False
    if digits in (digits.lower(), digits.upper()):
        return None
    from Crypto.Hash import keccak  # a tenth of a second that few pages need

    digest = keccak.new(digest_bits=256, data=digits.lower().encode("ascii")).hexdigest()
    return all(
        character.isdecimal() or character.isupper() == (int(nibble, 16) >= 8)
        for character, nibble in zip(digits, digest, strict=False)
    )
