"""Texts that PostgreSQL's `hashtextextended` takes for another: the hash can be run backwards.

Its last block is twelve bytes of our choice, so that any 64 bits come out.
"""

from itertools import count

M = 0xFFFFFFFF


def _rot(x: int, by: int) -> int:
    return ((x << by) | (x >> (32 - by))) & M


def _mix(a: int, b: int, c: int) -> tuple[int, int, int]:
    for first, second in ((4, 6), (16, 19)):
        a = (a - c) & M ^ _rot(c, first)
        c = (c + b) & M
        b = (b - a) & M ^ _rot(a, second)
        a = (a + c) & M
        c = (c - b) & M ^ _rot(b, 8 if first == 4 else 4)
        b = (b + a) & M
    return a, b, c


def _unmix(a: int, b: int, c: int) -> tuple[int, int, int]:
    for first, second in ((16, 19), (4, 6)):
        b = (b - a) & M
        c = ((c ^ _rot(b, 8 if first == 4 else 4)) + b) & M
        a = (a - c) & M
        b = ((b ^ _rot(a, second)) + a) & M
        c = (c - b) & M
        a = ((a ^ _rot(c, first)) + c) & M
    return a, b, c


def _unfinal(a: int, b: int, c: int) -> tuple[int, int, int]:
    c = (c + _rot(b, 24)) & M ^ b
    b = (b + _rot(a, 14)) & M ^ a
    a = (a + _rot(c, 4)) & M ^ c
    c = (c + _rot(b, 16)) & M ^ b
    b = (b + _rot(a, 25)) & M ^ a
    a = (a + _rot(c, 11)) & M ^ c
    c = (c + _rot(b, 14)) & M ^ b
    return a, b, c


def _words(block: bytes) -> tuple[int, int, int]:
    return tuple(int.from_bytes(block[at : at + 4], "little") for at in (0, 4, 8))  # type: ignore[return-value]


def key_for(wanted: int, prefix: str) -> str:
    """What to put behind `prefix` so that the whole hashes, with seed 0, to `wanted`."""
    head = prefix.encode()
    head += b"x" * (-len(head) % 12)
    start = (0x9E3779B9 + len(head) + 12 + 3923095) & M
    state = (start, start, start)
    for at in range(0, len(head), 12):
        k = _words(head[at : at + 12])
        state = _mix(*((s + w) & M for s, w in zip(state, k, strict=True)))
    wanted &= 2**64 - 1
    for a in count():
        before = _unmix(*_unfinal(a, wanted >> 32, wanted & M))
        block = b"".join(
            ((one - s) & M).to_bytes(4, "little") for one, s in zip(before, state, strict=True)
        )
        if all(32 <= byte < 127 for byte in block):
            return head.decode()[len(prefix) :] + block.decode()
    raise AssertionError
