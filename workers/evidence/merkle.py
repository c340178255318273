"""Paths through the hash tree of a sealed batch: what proves that one leaf is in it, without the others.

The tree is that of `ledger.seal`: SHA-256, nodes begin with 0x01, and an odd node is carried up unchanged.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two hashes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def path(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The neighbours of a leaf, from the bottom up; a level at which it has none adds nothing."""
    found = []
    level = list(leaves)
    while len(level) > 1:
        beside = index ^ 1
        if beside < len(level):
            found.append(level[beside])
        level = [
            node(level[i], level[i + 1]) if i + 1 < len(level) else level[i] for i in range(0, len(level), 2)
        ]
        index //= 2
    return tuple(found)


def root(leaf: bytes, index: int, count: int, neighbours: Sequence[bytes]) -> bytes | None:
    """The root that follows from a leaf at that place of a batch of `count`; None if the path does not fit there."""
    rest = list(neighbours)
    found = leaf
    while count > 1:
        beside = index ^ 1
        if beside < count:
            if not rest:
                return None
            other = rest.pop(0)
            found = node(other, found) if index % 2 else node(found, other)
        index, count = index // 2, (count + 1) // 2
    return None if rest else found
