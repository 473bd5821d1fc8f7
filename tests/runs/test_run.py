"""Whole runs of the suite: exit statuses and messages, and what is left of a run that ends badly."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.runs import (
    EMBEDDED,
    ROOT,
    SUCCEEDS,
    Running,
    counted,
    lifecycle_of_scripts,
    processes_in,
    run_suite,
    started,
    started_afresh,
    wrapped_reference,
)
from tests.support.sampled import but_few

SOME = "analyzer-run-index,rebaser-run-absent,exporter-report-digest,index-variant"
"""A selection of requirements that takes a few seconds: two phases, cases that apply and cases that don't."""

linux = pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="processes are looked for in /proc")


@pytest.fixture
def afresh() -> Iterator[None]:
    """Start the runs of a test as users do: here is where the start itself is tested."""
    with started_afresh():
        yield


as_users_do = pytest.mark.usefixtures("afresh")


@as_users_do
def test_nothing_that_applies_is_nothing_judged(tmp_path: Path) -> None:
    run = run_suite(tmp_path, *EMBEDDED, "--only", "rebaser-force-index", "--platform-api", "0.11")

    assert run.status == 5, run.output
    assert run.verdict == "incomplete"
    assert run.verdicts()["rebaser-force-index"] == "not-applicable"


@as_users_do
def test_collecting_needs_no_registry(tmp_path: Path) -> None:
    run = run_suite(tmp_path, "--registry", "127.0.0.1:1", "--collect-only")

    assert run.status == 0, run.output
    assert "suites/rebaser/test_run_index.py::test_child_fits_the_app_image_not_the_host" in run.output
    assert run.document is None


# --- selections ---


def test_only_the_requirements_asked_for_are_judged(tmp_path: Path) -> None:
    run = run_suite(tmp_path, *EMBEDDED, "--only", "exporter-report-digest,analyzer-previous-missing")

    assert run.judged() == {"exporter-report-digest", "analyzer-previous-missing"}
    assert run.verdicts()["rebaser-run-index"] == "not-run"
    assert (run.verdict, run.status) == ("conformant", 0)


def test_only_the_authority_asked_for_is_judged(tmp_path: Path) -> None:
    lifecycle = lifecycle_of_scripts(tmp_path / "lifecycle", SUCCEEDS)

    few = ("--only", "index-docker,index-os,exporter-run-index", "--authority", "oci")
    run = run_suite(tmp_path / "run", *EMBEDDED, "--lifecycle", str(lifecycle), *few)

    assert run.judged() == {"index-docker", "index-os"}


def test_environment_gives_what_the_command_line_does_not(tmp_path: Path) -> None:
    lifecycle = lifecycle_of_scripts(tmp_path / "lifecycle", SUCCEEDS)
    environment = {
        "CONFORMANCE_LIFECYCLE": f"dir:{lifecycle}",
        "CONFORMANCE_REGISTRY": "embedded",
        "CONFORMANCE_PLATFORM_API": "0.13",
        "CONFORMANCE_ONLY": "rebaser-run-absent",
        "CONFORMANCE_DEADLINE": "30",
    }

    run = run_suite(tmp_path / "run", "--only", "rebaser-every-tag", environment=environment)

    assert run.results["lifecycle"]["target"] == f"dir:{lifecycle}"
    assert run.results["lifecycle"]["platform_apis"] == ["0.13"]
    assert run.results["environment"]["registry"] == "embedded"
    assert run.judged() == {"rebaser-every-tag"}


LEVELS = {"MUST": ("fail", "nonconformant", 1), "SHOULD": ("warn", "conformant", 0), "INFO": ("warn", "incomplete", 5)}


@pytest.mark.parametrize("level", LEVELS)
def test_requirements_file_sets_the_level(level: str, tmp_path: Path) -> None:
    lifecycle = lifecycle_of_scripts(tmp_path / "lifecycle", SUCCEEDS)
    overrides = tmp_path / "mine.toml"
    overrides.write_text(f'[[requirement]]\nid = "rebaser-run-index"\nlevel = "{level}"\n')

    run = run_suite(
        tmp_path / "run",
        *EMBEDDED,
        *("--lifecycle", f"dir:{lifecycle}", "--only", "rebaser-run-index", "--requirements", str(overrides)),
    )

    assert (run.verdicts()["rebaser-run-index"], run.verdict, run.status) == LEVELS[level]


@as_users_do
@pytest.mark.long
def test_one_process_and_two_workers_come_to_the_same_verdicts(tmp_path: Path) -> None:
    alone, together = (run_suite(tmp_path / n, *EMBEDDED, "-n", n, "--only", SOME) for n in ("0", "2"))

    assert alone.verdicts_of_cases() == together.verdicts_of_cases()
    assert alone.verdicts() == together.verdicts()
    assert len(alone.cases) > 30
    assert (alone.verdict, alone.status) == (together.verdict, together.status) == ("conformant", 0)


# --- runs that end badly ---


@pytest.fixture
def registry() -> Iterator[tuple[str, int]]:
    """Give the address and the process id of an embedded registry in a process of its own."""
    serve = (
        "from fixtures.registry.stores.embedded import EmbeddedStore\n"
        "with EmbeddedStore() as store:\n    print(store.address, flush=True)\n    input()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", serve], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        yield process.stdout.readline().strip(), process.pid
        process.kill()


@as_users_do
@pytest.mark.parametrize("workers", but_few(["0", "2"], 0))
def test_registry_that_dies_in_the_middle_is_an_error(registry: tuple[str, int], workers: str, tmp_path: Path) -> None:
    address, process = registry
    third_time = f"{counted(tmp_path)}; if [ $n -ge 3 ]; then kill -KILL {process}; fi"
    lifecycle = wrapped_reference(tmp_path / "lifecycle", {"exporter": third_time})

    run = run_suite(
        tmp_path / "run",
        *("--registry", address, "-n", workers, "--lifecycle", f"dir:{lifecycle}"),
        *("--only", "exporter-run-index,exporter-report-digest"),
    )

    assert (run.verdict, run.status) == ("error", 3)
    broken = [case.message for case in run.cases if case.verdict == "harness-error"]
    assert [message for message in broken if address not in message.partition("\n")[0]] == []
    assert address in run.output
    assert {case.verdict for case in run.cases} <= {"pass", "harness-error"}


HANGING = {
    "in-the-smoke-run": "{touch}; sleep 3600",
    "in-a-case": "if mkdir {calls} 2>/dev/null; then :; else {touch}; sleep 3600; fi",
}
"""What the rebaser does first; the smoke run calls it once, before there is a case."""


@as_users_do
@linux
@pytest.mark.parametrize("hanging", but_few(HANGING.values(), ids=HANGING))
@pytest.mark.parametrize("end", [Running.interrupt, Running.terminate], ids=["interrupted", "terminated"])
@pytest.mark.parametrize("workers", but_few(["2", "0"]))
def test_run_that_is_stopped_leaves_a_report_and_nothing_else(
    end: Callable[[Running], None], workers: str, hanging: str, tmp_path: Path
) -> None:
    script = hanging.format(touch=f"touch {tmp_path}/hangs", calls=f"{tmp_path}/called")
    lifecycle = wrapped_reference(tmp_path / "lifecycle", {"rebaser": script})
    arguments = (*EMBEDDED, "-n", workers, "--lifecycle", f"dir:{lifecycle}", "--only", "rebaser-run-absent")

    with started(tmp_path / "run", *arguments) as running:
        wait_until(lambda: (tmp_path / "hangs").exists() or running.process.poll() is not None)
        end(running)
        run = running.end(60)

    assert run.status == int(pytest.ExitCode.INTERRUPTED), run.output
    assert run.verdict == "incomplete"
    assert {case.verdict for case in run.cases} == {"not-run"}
    assert len(run.cases) > 10
    assert processes_in(tmp_path) == []


@as_users_do
@linux
@pytest.mark.parametrize("workers", but_few(["0", "2"]))
def test_run_of_a_script_in_the_background_ends_when_it_is_terminated(workers: str, tmp_path: Path) -> None:
    lifecycle = wrapped_reference(
        tmp_path / "lifecycle",
        {"rebaser": HANGING["in-a-case"].format(touch=f"touch {tmp_path}/hangs", calls=f"{tmp_path}/called")},
    )
    arguments = (*EMBEDDED, "-n", workers, "--lifecycle", f"dir:{lifecycle}", "--only", "rebaser-run-absent")

    with started(tmp_path / "run", *arguments, deaf=True) as running:
        wait_until(lambda: (tmp_path / "hangs").exists() or running.process.poll() is not None)
        running.terminate()
        run = running.end(60)

    assert (run.status, run.verdict) == (int(pytest.ExitCode.INTERRUPTED), "incomplete"), run.output
    assert processes_in(tmp_path) == []


@as_users_do
@pytest.mark.long
@linux
def test_killed_worker_is_no_pass(tmp_path: Path) -> None:
    # Of the worker, the exporter is a grandchild; its first call is the smoke run's, and that one's of no worker.
    kill = "kill -KILL $(ps -o ppid= -p $PPID)"
    once = f"{counted(tmp_path)}; if [ $n -eq 3 ]; then {kill}; fi"
    lifecycle = wrapped_reference(tmp_path / "lifecycle", {"exporter": once})
    few = (*EMBEDDED, "-n2", "--only", "exporter-run-index")
    whole = run_suite(tmp_path / "whole", *few)

    run = run_suite(tmp_path / "run", *few, "--lifecycle", f"dir:{lifecycle}")

    assert (run.verdict, run.status) == ("error", 3)
    assert run.verdicts()["exporter-run-index"] == "harness-error"
    crashed = [case.message for case in run.cases if case.verdict == "harness-error"]
    assert len(crashed) == 1
    assert "crashed" in crashed[0]
    assert {case.id for case in run.cases} == {case.id for case in whole.cases}


def wait_until(happened: Callable[[], object], seconds: float = 60) -> None:
    """Wait until something is so. Fails the test where that takes too long."""
    give_up = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < give_up
        time.sleep(0.02)


@pytest.mark.long
def test_examples_are_judged_and_counted(tmp_path: Path) -> None:
    run = run_suite(tmp_path, *EMBEDDED, "--only", "exporter-any-index,phase-any-history", "--examples", "11")

    assert (run.verdict, run.status) == ("conformant", 0), run.output
    assert sorted(case["examples"] for case in run.results["cases"]) == [1, 1, 2, 2, 5, 6]
    assert run.results["examples"] == 17
    assert "drawn: 17 examples" in run.output


@as_users_do
def test_no_examples_leave_properties_out_and_say_so(tmp_path: Path) -> None:
    run = run_suite(tmp_path, *EMBEDDED, "--only", "exporter-any-index,exporter-report-digest", "--examples", "0")

    assert (run.verdict, run.status) == ("conformant", 0), run.output
    assert run.judged() == {"exporter-report-digest"}
    assert run.verdicts()["exporter-any-index"] == "not-run"
    assert any("--examples=0" in note for note in run.results["environment"]["notes"])
