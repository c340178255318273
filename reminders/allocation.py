"""A sum laid over parts, the oldest first: payments over instalments, or over promises."""

from __future__ import annotations

from collections.abc import Iterable


def allocate(amount: int, parts: Iterable[int]) -> tuple[int, ...]:
    """How much of each part the amount covers, in the order of the parts (the oldest stands first). Minor units.

    No part gets more than it is, and none is touched before those that stand in front of it are full. What is left
    over is `amount` less the sum of the answer: an overpayment, which is nobody's part. A negative amount covers
    nothing.
    """
    left = max(0, amount)
    covered = []
    for part in parts:
        share = min(left, max(0, part))
        covered.append(share)
        left -= share
    return tuple(covered)
