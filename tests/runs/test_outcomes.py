"""Whole runs with an outcome that an RFC chose: the lifecycle that does what the rule asks for now passes, no other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from suites.requirements.catalogue import load
from tests.support.runs import EMBEDDED, Run, run_suite, wrapped_reference
from tests.support.sampled import but_few
from tests.truth.mutants.every import named
from tests.truth.mutants.mutant import Mutant, copy_of_reference, places_of

ANALYZED = "run_image = selection.find(registry, parse(name), wanted)\n"
LEFT_TO_THE_EXPORTER = Mutant(
    "left-to-the-exporter", "build-run-foreign", "analyze.py", ANALYZED, ANALYZED.replace("find(", "find_any(")
)
UNFIT_IS_AN_ERROR = named("foreign-image-is-an-error")
UNFIT_PASSED_OVER = named("mismatch-passed-over")


FIRST_KILL = ("-p", "tests.support.plugins.first_kill")


@dataclass(frozen=True)
class Rule:
    """An outcome that an RFC chooses, a change of the reference lifecycle that conforms to it, and one that does not.

    None is the reference lifecycle as it is.
    """

    requirement: str
    outcome: str
    conforming: Mutant | None
    other: Mutant | None

    def __str__(self) -> str:
        return f"{self.requirement}-{self.outcome}"


RULES = (
    Rule("exporter-previous-mismatch", "as-absent", UNFIT_PASSED_OVER, None),
    Rule("exporter-previous-mismatch", "refused", None, UNFIT_PASSED_OVER),
    Rule("analyzer-previous-foreign", "refused", UNFIT_IS_AN_ERROR, None),
    Rule("analyzer-previous-absent", "refused", UNFIT_IS_AN_ERROR, None),
    Rule("build-run-foreign", "refused-by-exporter", LEFT_TO_THE_EXPORTER, None),
    Rule("build-run-foreign", "refused-by-analyzer", None, LEFT_TO_THE_EXPORTER),
)


def judge(rule: Rule, change: Mutant | None, directory: Path, *options: str) -> Run:
    """Judge the reference lifecycle, changed or not, by the requirement with the outcome of the rule."""
    copy = copy_of_reference(directory / "reference")
    if change:
        change.apply(copy)
    overrides = directory / "rfc.toml"
    overrides.write_text(f'[[requirement]]\nid = "{rule.requirement}"\noutcome = "{rule.outcome}"\n')
    programs = wrapped_reference(directory / "programs", {}, reference=copy)
    text = ("--lifecycle", f"dir:{programs}", "--only", rule.requirement, "--requirements", str(overrides))
    return run_suite(directory / "run", *EMBEDDED, *text, *options, places=places_of(rule.requirement))


@pytest.mark.parametrize("rule", but_few(RULES))
def test_the_lifecycle_that_does_what_the_rule_asks_for_conforms(rule: Rule, tmp_path: Path) -> None:
    run = judge(rule, rule.conforming, tmp_path)

    assert set(run.verdicts_of_cases().values()) == {"pass"}, run.output
    assert (run.verdict, run.status) == ("conformant", 0)


@pytest.mark.parametrize("rule", but_few(RULES, 2))
def test_the_other_one_does_not(rule: Rule, tmp_path: Path) -> None:
    run = judge(rule, rule.other, tmp_path, *FIRST_KILL)

    failed = [case for case in run.cases if case.verdict == "fail"]
    assert failed, run.output
    assert all(f"--requirements={tmp_path}/rfc.toml" in case.message for case in failed)
    assert (run.verdict, run.status) == ("nonconformant", 1)


def test_a_statement_that_no_longer_says_what_is_judged_is_told(tmp_path: Path) -> None:
    rule = RULES[0]

    run = judge(rule, None, tmp_path, *FIRST_KILL)

    assert f"warning: {tmp_path}/rfc.toml: exporter-previous-mismatch is judged by the outcome as-absent" in run.output
    row = next(row for row in run.results["requirements"] if row["id"] == rule.requirement)
    assert row["statement"].startswith(load()[rule.requirement].statement)
    assert "Judged here by the outcome as-absent" in row["statement"]
