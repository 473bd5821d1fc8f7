"""Few rows of choices in which every two ways of any two freedoms meet: a covering array of pairs."""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping, Sequence

Pair = frozenset[tuple[str, str]]
"""Two freedoms, each with a way."""

_TRIES = 5


def rows_of_pairs(choices: Mapping[str, Sequence[str]], seed: int = 0) -> list[dict[str, str]]:
    """Give rows, each with a way of every freedom, that together hold every pair of ways; the same for the same seed.

    It is greedy: a row begins with a pair that none has yet, and the others are added one by one, each so that the row
    has as many new pairs as can be; of some rows made so, in other orders, the best is taken.
    """
    chance = random.Random(seed)
    left = all_pairs(choices)
    found = []
    while left:
        first = min(left, key=sorted)
        rows = [_row(choices, left, dict(first), chance) for _ in range(_TRIES)]
        best = max(rows, key=lambda row: len(pairs_of(row) & left))
        left -= pairs_of(best)
        found.append({name: best[name] for name in choices})
    return found


def all_pairs(choices: Mapping[str, Sequence[str]]) -> set[Pair]:
    """Give every pair that there is."""
    return {
        frozenset(((one, way), (other, another)))
        for one, other in itertools.combinations(choices, 2)
        for way, another in itertools.product(choices[one], choices[other])
    }


def pairs_of(row: Mapping[str, str]) -> set[Pair]:
    """Give the pairs that a row holds."""
    return {frozenset(two) for two in itertools.combinations(row.items(), 2)}


def _row(
    choices: Mapping[str, Sequence[str]], left: set[Pair], begun: dict[str, str], chance: random.Random
) -> dict[str, str]:
    row = dict(begun)
    for name in chance.sample(list(choices), len(choices)):
        if name not in row:
            ways = chance.sample(list(choices[name]), len(choices[name]))
            row[name] = max(ways, key=lambda way: sum(frozenset(((name, way), each)) in left for each in row.items()))
    return row
