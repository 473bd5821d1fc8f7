"""All mutants, and by which verdict one is killed."""

from __future__ import annotations

from tests.truth.mutants import (
    choice,
    exports,
    inputs,
    likely,
    overlooked,
    previous,
    published,
    rebases,
    refusal,
    shapes,
    starts,
    unforeseen,
)
from tests.truth.mutants.mutant import Mutant

MUTANTS: tuple[Mutant, ...] = (
    *choice.MUTANTS,
    *previous.MUTANTS,
    *refusal.MUTANTS,
    *exports.MUTANTS,
    *rebases.MUTANTS,
    *inputs.MUTANTS,
    *shapes.MUTANTS,
    *starts.MUTANTS,
    *likely.MUTANTS,
    *unforeseen.MUTANTS,
    *overlooked.MUTANTS,
    *published.MUTANTS,
)

KILL = {"MUST": "fail", "SHOULD": "warn"}
"""The verdict of a requirement that is not fulfilled, by its level."""
