"""What is kept of a case that did not hold: enough to see why, never all that a lifecycle prints."""

from __future__ import annotations

from pathlib import Path

from conformance.again import COMMAND
from reports.case import Verdict
from reports.evidence import LINES
from reports.json_file import load
from tests.support.runs import EMBEDDED, lifecycle_of_scripts, run_suite

CASE = "suites/rebaser/test_target.py::test_target_is_what_it_was"
SHOUTS = r"""#!/bin/sh
[ "$CNB_PLATFORM_API" = 0.15 ] || exit 11
printf 'it said \377 \355\263\277\n' >&2
n=0; while [ $n -lt 3000 ]; do n=$((n+1)); echo "line $n of very many, each of them of some length"; done
"""
"""A lifecycle that does nothing, with many words, some of which are no text."""


def test_a_lifecycle_of_many_words_does_not_make_a_long_report(tmp_path: Path) -> None:
    target = lifecycle_of_scripts(tmp_path / "lifecycle", SHOUTS)

    run = run_suite(tmp_path / "run", *EMBEDDED, "--platform-api=0.15", f"--lifecycle={target}", places=[CASE])

    results = load(tmp_path / "run" / "reports" / "results.json")
    cases = [case for case in results.cases if case.evidence]
    assert run.verdict == "nonconformant"
    assert {case.verdict for case in cases} == {Verdict.FAIL}
    for case in cases:
        assert case.evidence is not None
        (command,) = case.evidence.commands
        assert (command.phase, command.status, command.ending) == ("rebaser", 0, "exited with status 0")
        assert command.line.endswith(case.evidence.images[-1].reference)
        assert command.stdout.startswith("line 1 of")
        assert command.stderr.startswith("it said ")
        assert len((command.stdout + "\n" + command.stderr).split("\n")) == LINES
        assert case.rerun[: len(COMMAND) + 1] == (*COMMAND, f"--case={case.id}")
        assert case.name.startswith(f"{case.requirement}/test_target_is_what_it_was[")
    assert len((tmp_path / "run" / "reports" / "results.json").read_bytes()) < 100_000 + 20_000 * len(cases)
