"""All mutants, whichever module of a phase's folder has them, and by which verdict one is killed."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.truth.mutants.artifacts.every import MUTANTS as OF_RELEASES
from tests.truth.mutants.artifacts.mutant import ReleaseMutant
from tests.truth.mutants.mutant import LEFT_OPEN as OPEN
from tests.truth.mutants.mutant import Mutant

HERE = Path(__file__).parent

RELEASES = HERE / "artifacts"
"""The folder of faulty releases: what is changed in them is no lifecycle."""


@cache
def modules() -> dict[str, tuple[Mutant, ...]]:
    """Give the mutants of each module, by its name within this folder: `rebaser/layers`."""
    found = sorted(path.relative_to(HERE).with_suffix("") for path in HERE.glob("*/*.py") if path.parent != RELEASES)
    return {path.as_posix(): _mutants_of(path) for path in found}


def _mutants_of(path: Path) -> tuple[Mutant, ...]:
    mutants = importlib.import_module(f"tests.truth.mutants.{'.'.join(path.parts)}").MUTANTS
    assert all(isinstance(mutant, Mutant) for mutant in mutants)
    return tuple(mutants)


def _every() -> Iterator[Mutant]:
    for mutants in modules().values():
        yield from mutants


MUTANTS = tuple(mutant for mutant in _every() if mutant.origin != OPEN)

LEFT_OPEN = tuple(mutant for mutant in _every() if mutant.origin == OPEN)
"""Changes that no text forbids: who does so is not to be accused. docs/decisions.md has the reasons."""


def sample() -> frozenset[Mutant | ReleaseMutant]:
    """Give the first mutant of each requirement: so many are enough before a push."""
    everyone: tuple[Mutant | ReleaseMutant, ...] = (*MUTANTS, *OF_RELEASES)
    by_requirement: dict[str, Mutant | ReleaseMutant] = {}
    for mutant in everyone:
        by_requirement.setdefault(mutant.killed_by, mutant)
    return frozenset(by_requirement.values())


def named(name: str) -> Mutant:
    """Give the mutant, or change, of a name. Raises KeyError where there is none."""
    return {mutant.name: mutant for mutant in (*MUTANTS, *LEFT_OPEN)}[name]


KILL = {"MUST": "fail", "SHOULD": "warn"}
"""The verdict of a requirement that is not fulfilled, by its level."""
