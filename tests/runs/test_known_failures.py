"""A run that is given known failures: its exit status, and what it refuses before the first case."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.known_failures import SCHEMA_ID
from tests.support.runs import EMBEDDED, NO_ENGINE, SUCCEEDS, Run, lifecycle_of_scripts, run_suite


def judge(directory: Path, *entries: str, workers: int = 0) -> Run:
    """Judge the lifecycle that does nothing and succeeds by one requirement, with these entries."""
    lifecycle = lifecycle_of_scripts(directory / "lifecycle", SUCCEEDS)
    file = directory / "known.toml"
    file.write_text(f'schema = "{SCHEMA_ID}"\n' + "".join(f"[[known-failure]]\n{entry}\n" for entry in entries))
    return run_suite(
        directory / "run",
        *(*EMBEDDED, "--only", "exporter-report-digest", "--lifecycle", f"dir:{lifecycle}"),
        *("--known-failures", str(file), "-n", str(workers)),
        environment=NO_ENGINE,
    )


def entry(requirement: str, *cases: str, verdict: str = "fail") -> str:
    """Give the lines of an entry."""
    return f'requirement = "{requirement}"\nreason = "It does nothing."\ncases = {list(cases)}\nverdict = "{verdict}"'


BOTH = (
    entry("exporter-report-digest", "test_report_names_the_digest_of_the_tags[*]"),
    entry("exporter-report-digest", "test_report_of_an_earlier_export_is_replaced", verdict="untestable"),
)


@pytest.mark.parametrize("workers", [0, 2])
def test_what_is_known_to_fail_does_not_fail_the_gate(workers: int, tmp_path: Path) -> None:
    run = judge(tmp_path, *BOTH, workers=workers)

    assert (run.verdict, run.status) == ("nonconformant", 0)
    assert run.results["gate"]["met"]
    assert len(run.results["gate"]["known"]) == 4
    assert "gate: met: 4 known (known.toml)" in run.output


def test_what_is_not_known_fails_it(tmp_path: Path) -> None:
    run = judge(tmp_path, BOTH[1])

    assert (run.verdict, run.status) == ("nonconformant", 1)
    assert "gate: not met: 3 new failures, 1 known (known.toml)" in run.output


@pytest.mark.parametrize("workers", [0, 2])
def test_entry_that_names_nothing_is_refused_before_the_first_case(workers: int, tmp_path: Path) -> None:
    run = judge(tmp_path, entry("exporter-report-digets"), workers=workers)

    assert (run.status, run.document) == (4, None)
    assert "there is no requirement 'exporter-report-digets'; did you mean 'exporter-report-digest'?" in run.output
