"""Eight single faults that a suite of fewer rows called conformant, all at once: none hides another."""

from __future__ import annotations

from pathlib import Path

from tests.support.runs import EMBEDDED, run_suite
from tests.truth.mutants.every import named
from tests.truth.mutants.mutant import asked, copy_of_reference, places_of

EIGHT = {
    "base-labels-stay-old": "rebaser-base-labels",
    "size-not-reported": "exporter-report",
    "mirror-on-the-registry-not-preferred": "run-resolution-same-registry",
    "not-rebasable-is-not-read": "rebaser-rebasable",
    "rebased-onto-an-unnamed-run-image": "rebaser-run-named",
    "old-name-kept-though-forced": "rebaser-force-renames",
    "environment-outranks-every-flag": "phase-flag-over-environment",
    "no-layers-directory-in-the-environment": "exporter-app-config",
}
"""The mutants, each with the requirement that has to fail for it."""


def test_each_is_the_mutant_of_its_requirement() -> None:
    assert {name: named(name).killed_by for name in EIGHT} == EIGHT


def test_no_fault_hides_another(tmp_path: Path) -> None:
    copy = copy_of_reference(tmp_path / "mutant")
    for name in (*EIGHT, "no-app-directory-in-the-environment", "root-as-working-directory"):
        named(name).apply(copy)
    question = asked(copy, tmp_path, "runtime")
    only = [*EIGHT.values(), "rebaser-report"]

    run = run_suite(
        tmp_path / "run",
        *(*EMBEDDED, *question.arguments, "--only", ",".join(only)),
        places=sorted({place for requirement in only for place in places_of(requirement)}),
        environment=question.environment,
    )

    assert run.verdict == "nonconformant"
    assert {name: run.verdicts()[name] for name in only} == dict.fromkeys(only, "fail")
