"""Drawing faults by chance, so many of each stratum, the same ones for the same seed and code."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator

from tests.truth.drawn.faults import Fault
from tests.truth.drawn.strata import STRATA


def drawn(faults: Iterable[Fault], count: int, seed: str) -> list[Fault]:
    """Draw faults, of each stratum its share; where one has too few, others have more. They come in a mixed order."""
    ordered = sorted(faults, key=lambda fault: fault.key)
    queues = {name: _shuffled(name, ordered, seed) for name in STRATA}
    taken = {name: queue[: round(count * STRATA[name] / 100)] for name, queue in queues.items()}
    found = [fault for several in taken.values() for fault in several]
    rest = [fault for name, queue in queues.items() for fault in queue[len(taken[name]) :]]
    mixed = random.Random(seed)
    found += mixed.sample(rest, min(max(0, count - len(found)), len(rest)))
    mixed.shuffle(found)
    return found[:count]


def _shuffled(stratum: str, faults: Iterable[Fault], seed: str) -> list[Fault]:
    members = [fault for fault in faults if fault.stratum == stratum]
    random.Random(f"{seed} {stratum}").shuffle(members)
    return members


def matching(faults: Iterable[Fault], words: Iterable[str]) -> Iterator[Fault]:
    """Give the faults that a word names: the beginning of a key, or a file."""
    asked_for = tuple(words)
    return (fault for fault in faults if fault.file in asked_for or fault.key.startswith(asked_for))
