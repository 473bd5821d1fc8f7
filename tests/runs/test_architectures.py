"""Whole runs of the reference lifecycle as other architectures, and what is said where they can't be."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.execution.emulation import find_executor
from fixtures.lifecycle.targets.reference import DEBIAN, second_platform
from fixtures.oci.platforms import Platform, host_platform
from tests.support.runs import EMBEDDED, executor_of_reference, run_suite

OTHERS = [platform for platform in DEBIAN if platform != host_platform()]
SECOND = str(second_platform()).removeprefix("linux/")


def need(platform: Platform, scratch: Path) -> str:
    """Give the description of how a platform is run here; skips the test where it is not."""
    runner = executor_of_reference(platform, scratch)
    if runner is None:
        pytest.skip(f"{platform} can't be run here: make emulators")
    return runner.description


@pytest.mark.parametrize("platform", OTHERS, ids=str)
def test_reference_conforms_as_every_architecture(platform: Platform, tmp_path: Path) -> None:
    description = need(platform, tmp_path)
    name = str(platform).removeprefix("linux/")
    run = run_suite(tmp_path / "run", *EMBEDDED, f"--arch={name}", "--only", "exporter-run-absent")
    assert (run.status, run.verdict) == (0, "conformant"), run.output
    assert run.results["environment"]["architectures"] == {name: description}
    assert {case["verdict"] for case in run.results["cases"]} == {"pass"}
    assert all(f"--arch={name}" in case["reproduce"] for case in run.results["cases"])


def test_second_architecture_is_judged_by_a_sample_without_being_asked(tmp_path: Path) -> None:
    need(second_platform(), tmp_path)
    run = run_suite(
        tmp_path / "run", *EMBEDDED, "--only", "exporter-run-absent", environment={"CONFORMANCE_ARCH": None}
    )
    assert (run.status, run.verdict) == (0, "conformant"), run.output
    by_platform = [case["platform"] for case in run.results["cases"]]
    assert 0 < by_platform.count(str(second_platform())) <= by_platform.count(str(host_platform()))
    assert [note for note in run.results["environment"]["notes"] if "by a sample" in note]


def test_second_architecture_that_cannot_be_run_is_not_green(tmp_path: Path) -> None:
    environment = {"CONFORMANCE_ARCH": None, "PATH": str(tmp_path)}
    found = find_executor(second_platform(), tmp_path)
    if found and not found.prefix:
        pytest.skip(f"the kernel runs {SECOND} here, whatever PATH is")
    run = run_suite(tmp_path / "run", *EMBEDDED, "--only", "exporter-run-absent", environment=environment)
    assert (run.status, run.verdict) == (0, "conformant"), run.output
    assert list(run.results["environment"]["left_out"]) == [SECOND]
    left_out = [case for case in run.results["cases"] if case["platform"] == str(second_platform())]
    assert left_out
    assert {case["verdict"] for case in left_out} == {"not-run"}
    assert str(second_platform()) in run.output.partition("Not run")[2]


def test_second_architecture_that_was_asked_for_and_cannot_be_run_is_wrong_usage(tmp_path: Path) -> None:
    found = find_executor(second_platform(), tmp_path)
    if found and not found.prefix:
        pytest.skip(f"the kernel runs {SECOND} here, whatever PATH is")
    run = run_suite(tmp_path / "run", *EMBEDDED, f"--arch={SECOND}", environment={"PATH": str(tmp_path)})
    assert (run.status, run.document) == (4, None)
    assert f"linux/{SECOND}" in run.output or f"--arch {SECOND}" in run.output
