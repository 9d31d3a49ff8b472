"""Merkle trees as in RFC 9162, section 2.1: SHA-256, leaves and nodes told apart by a prefix."""

from collections.abc import Sequence
from hashlib import sha256


def leaf_hash(data: bytes) -> bytes:
    """The hash of an entry."""
    return sha256(b"\x00" + data).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The hash of the tree over leaf hashes; that of an empty one is that of nothing."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    half = _split(len(leaves))
    return _node(root(leaves[:half]), root(leaves[half:]))


def proof(leaves: Sequence[bytes], at: int) -> list[bytes]:
    """The inclusion proof of the leaf at `at`: the hashes beside its way to the root, lowest first.

    RFC 9162, section 2.1.3.1.
    """
    if len(leaves) <= 1:
        return []
    half = _split(len(leaves))
    if at < half:
        return [*proof(leaves[:half], at), root(leaves[half:])]
    return [*proof(leaves[half:], at - half), root(leaves[:half])]


def included(leaf: bytes, at: int, size: int, path: Sequence[bytes], tree: bytes) -> bool:
    """Whether the proof leads from the leaf to the root `tree`. RFC 9162, section 2.1.3.2."""
    if not 0 <= at < size:
        return False
    left, last, found = at, size - 1, leaf
    for beside in path:
        if last == 0:
            return False
        if left & 1 or left == last:
            found = _node(beside, found)
            while not left & 1 and left:
                left, last = left >> 1, last >> 1
        else:
            found = _node(found, beside)
        left, last = left >> 1, last >> 1
    return last == 0 and found == tree


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1
