"""All mutants, and those that nothing is to kill."""

from __future__ import annotations

from tests.mutants import choice, exports, inputs, likely, previous, rebases, refusal, shapes, starts, unforeseen
from tests.mutants.mutant import Mutant

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
)

SURVIVORS = {
    "entry-believed-whatever-the-config-says": "where descriptor and config disagree, all that is asked is consistency",
    "first-of-equal-layers-is-the-top": "no run image has its top layer twice",
    "distribution-lost-where-the-run-image-states-none": "no app is rebased onto a run image that states none",
}
"""What no test looks at, as no requirement names it. The entry of a mutant that is killed has to go."""

KILL = {"MUST": "fail", "SHOULD": "warn"}
"""The verdict of a requirement that is not fulfilled, by its level."""
