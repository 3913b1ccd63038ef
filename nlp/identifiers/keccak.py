"""Keccak-256 as Ethereum uses it: the padding from before FIPS 202, hence not `hashlib.sha3_256`.

Follows the Keccak reference (keccak.team, round constants and rotations of Keccak-f[1600]). For a few short inputs a
page; not made for speed.
"""

from __future__ import annotations

from typing import Final

_RATE: Final = 136
"""Bytes absorbed at a time: 1600 bits less twice 256."""
_MASK: Final = (1 << 64) - 1
_ROUNDS: Final = (
    0x0000000000000001, 0x0000000000008082, 0x800000000000808A, 0x8000000080008000, 0x000000000000808B,
    0x0000000080000001, 0x8000000080008081, 0x8000000000008009, 0x000000000000008A, 0x0000000000000088,
    0x0000000080008009, 0x000000008000000A, 0x000000008000808B, 0x800000000000008B, 0x8000000000008089,
    0x8000000000008003, 0x8000000000008002, 0x8000000000000080, 0x000000000000800A, 0x800000008000000A,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
)  # fmt: skip
_ROTATIONS: Final = (
    (0, 36, 3, 41, 18), (1, 44, 10, 45, 2), (62, 6, 43, 15, 61), (28, 55, 25, 21, 56), (27, 20, 39, 8, 14),
)  # fmt: skip


def keccak256(data: bytes, suffix: int = 0x01) -> bytes:
    """The 32-byte digest of some bytes; with the suffix 0x06 it is FIPS 202's SHA3-256, which tests compare."""
    padded = bytearray(data + bytes((suffix,)) + bytes(-(len(data) + 1) % _RATE))
    padded[-1] |= 0x80
    lanes = [[0] * 5 for _ in range(5)]
    for block in range(0, len(padded), _RATE):
        for place in range(_RATE // 8):
            word = padded[block + place * 8 : block + place * 8 + 8]
            lanes[place % 5][place // 5] ^= int.from_bytes(word, "little")
        lanes = _permuted(lanes)
    return b"".join(lanes[place % 5][place // 5].to_bytes(8, "little") for place in range(4))


def _permuted(a: list[list[int]]) -> list[list[int]]:
    """Keccak-f[1600]: theta, rho and pi, chi, iota, 24 times."""
    for constant in _ROUNDS:
        column = [a[x][0] ^ a[x][1] ^ a[x][2] ^ a[x][3] ^ a[x][4] for x in range(5)]
        change = [column[x - 1] ^ _turned(column[(x + 1) % 5], 1) for x in range(5)]
        b = [[0] * 5 for _ in range(5)]
        for x in range(5):
            for y in range(5):
                b[y][(2 * x + 3 * y) % 5] = _turned(a[x][y] ^ change[x], _ROTATIONS[x][y])
        a = [[b[x][y] ^ (~b[(x + 1) % 5][y] & b[(x + 2) % 5][y]) for y in range(5)] for x in range(5)]
        a[0][0] ^= constant
    return a


def _turned(lane: int, by: int) -> int:
    return (lane << by | lane >> (64 - by)) & _MASK
