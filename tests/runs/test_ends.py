"""How a run ends whose surroundings fail it: with a verdict, and with a status that blames no lifecycle."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from conformance import disk, report_files
from reports import every
from tests.runs.test_run import linux, wait_until
from tests.support.plugins import broken_start
from tests.support.runs import (
    EMBEDDED,
    ROOT,
    Running,
    lifecycle_of_scripts,
    processes_in,
    run_suite,
    started,
    wrapped_reference,
)
from tests.support.sampled import but_few

ONLY = "--only=exporter-report-digest"
FULL = Path("/dev/full")


def last_line(output: str) -> str:
    """Give the last line that is not empty."""
    return output.strip().splitlines()[-1]


# --- the place for the reports ---


def old_reports(directory: Path) -> Path:
    """Make a directory with the reports of an earlier run, and another file."""
    directory.mkdir(parents=True)
    for name in (*every.files(), "mine.txt"):
        (directory / name).write_text("old")
    return directory


@pytest.mark.parametrize(
    "arguments",
    [
        ("--lifecycle=/no/such/lifecycle",),
        ("--lifecicle=reference",),
        ("--only=index-so",),
        ("--lifecycle=",),
        ("--registry=127.0.0.1:1",),
        ("suites/rebaser/test_nothing.py",),
    ],
    ids=lambda arguments: arguments[0],
)
def test_old_reports_do_not_survive_wrong_usage(arguments: Sequence[str], tmp_path: Path) -> None:
    reports = old_reports(tmp_path / "run" / "reports")

    run = run_suite(tmp_path / "run", *EMBEDDED, *arguments)

    assert run.status == 4, run.output
    assert [path.name for path in reports.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("arguments", [("--collect-only",), ("--help",)])
def test_old_reports_stay_where_nothing_is_to_be_run(arguments: Sequence[str], tmp_path: Path) -> None:
    reports = old_reports(tmp_path / "reports")

    run = run_suite(tmp_path / "run", *EMBEDDED, f"--report-dir={reports}", *arguments)

    assert run.status == 0, run.output
    assert len(list(reports.iterdir())) == 3


def test_old_reports_are_forgotten_where_the_command_line_says(tmp_path: Path) -> None:
    named, of_environment, before = (old_reports(tmp_path / name) for name in ("named", "environment", "before"))
    variables = {"CONFORMANCE_REPORT_DIR": str(of_environment), "PYTEST_ADDOPTS": f"--report-dir={before}"}

    report_files.forget(["suites", "--report-dir", str(named)], variables)
    report_files.forget(["tests", f"--report-dir={before}"], {})

    assert [len(list(path.iterdir())) for path in (named, of_environment, before)] == [1, 3, 3]


def test_a_command_line_without_arguments_names_no_reports(tmp_path: Path) -> None:
    reports = old_reports(tmp_path / "reports")

    report_files.forget([], {})
    assert len(list(reports.iterdir())) == 3

    report_files.forget([], {"CONFORMANCE_REPORT_DIR": str(reports)})
    assert [path.name for path in reports.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("place", ["/proc/nope", "file", "file/below", "results-is-a-directory"])
def test_reports_that_can_not_be_written_are_wrong_usage(place: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "results-is-a-directory" / "results.json").mkdir(parents=True)

    run = run_suite(tmp_path / "run", *EMBEDDED, ONLY, f"--report-dir={tmp_path / place}")

    assert run.status == 4, run.output
    assert "--report-dir" in last_line(run.output)
    assert "Traceback" not in run.output


@pytest.mark.parametrize("workers", but_few(["0", "2"]))
def test_reports_that_can_not_be_written_at_the_end_are_an_error(workers: str, tmp_path: Path) -> None:
    reports = tmp_path / "run" / "reports"
    spoil = f"rm -rf {reports}; touch {reports}"
    lifecycle = wrapped_reference(tmp_path / "lifecycle", {"exporter": spoil})

    with started(tmp_path / "run", *EMBEDDED, ONLY, "-n", workers, f"--lifecycle=dir:{lifecycle}") as running:
        output, _ = running.process.communicate(timeout=300)

    assert running.process.returncode == 3, output
    assert last_line(output).startswith(f"verdict: error - the reports could not be written to {reports}")
    assert "but for that: conformant" in last_line(output)
    assert "1 requirement holds: exporter 1" in output
    assert "Traceback" not in output


# --- room ---


def run_on_small_disk(directory: Path, size: str, *arguments: str) -> tuple[int, str]:
    """Run the suite with a temporary directory of its own size; skip the test where none can be had."""
    temporary = directory / "tmp"
    temporary.mkdir()
    mount = f'mount -t tmpfs -o size={size} tmpfs {temporary} && shift && exec env TMPDIR={temporary} "$@"'
    unshare = ["unshare", "--mount", "--map-root-user"]
    if (
        shutil.which("unshare") is None
        or subprocess.run([*unshare, "sh", "-c", mount, "-", "x", "true"], check=False).returncode
    ):
        pytest.skip("no file system can be mounted here")
    command = [sys.executable, "-m", "pytest", "suites", "-q", "--tb=no", *EMBEDDED, ONLY, *arguments]
    done = subprocess.run(
        [*unshare, "sh", "-c", mount, "-", "x", *command], cwd=ROOT, text=True, capture_output=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("workers", but_few(["0", "2"]))
def test_too_little_room_is_wrong_usage(workers: str, tmp_path: Path) -> None:
    status, output = run_on_small_disk(tmp_path, "64k", "-n", workers)

    assert status == 4, output
    assert "MiB are needed" in last_line(output)
    assert "Traceback" not in output


@pytest.mark.parametrize("workers", but_few(["0", "2"]))
def test_disk_that_fills_up_is_not_held_against_the_lifecycle(workers: str, tmp_path: Path) -> None:
    fill = f"head -c 100M /dev/zero > {tmp_path / 'tmp'}/fill"
    lifecycle = wrapped_reference(tmp_path / "lifecycle", {"exporter": fill})

    status, output = run_on_small_disk(tmp_path, "24m", "-n", workers, f"--lifecycle=dir:{lifecycle}")

    assert status in (3, 5, 6), output
    assert last_line(output).startswith(("verdict: error", "verdict: incomplete"))
    assert "requirement holds" not in output
    assert re.findall(r"^  (fail|untestable) .*$", output, re.MULTILINE) == []


def test_shortage_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = os.statvfs(tmp_path)
    assert disk.shortage(tmp_path) == ""
    assert disk.shortage(tmp_path / "gone") == ""
    assert "MiB are needed" in disk.shortage(tmp_path, now.f_bavail * now.f_frsize * 2 + disk.MIB)
    few = os.statvfs_result((*now[:5], 1000, 7, 7, *now[8:]))
    monkeypatch.setattr(os, "statvfs", lambda _: few)
    assert "it takes 7 more files" in disk.shortage(tmp_path)


def test_disk_that_was_full_for_a_moment_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free, full = os.statvfs(tmp_path), os.statvfs_result((4096, 4096, 0, 0, 0, 0, 0, 0, 0, 255))
    watch = disk.Watch(tmp_path)
    watch.begin()

    monkeypatch.setattr(os, "statvfs", lambda _: full)
    wait_until(watch.shortage)
    time.sleep(disk.BETWEEN * 3)
    monkeypatch.setattr(os, "statvfs", lambda _: free)
    remembered = watch.shortage()
    watch.begin()

    assert "0.0 MiB are free" in remembered
    assert watch.shortage() == ""
    watch.close()


# --- standard output ---


@pytest.mark.parametrize("workers", but_few(["0", "2"]))
@pytest.mark.parametrize("lost", ["pipe", "disk"])
def test_output_that_is_lost_is_an_error_with_a_verdict(lost: str, workers: str, tmp_path: Path) -> None:
    if lost == "disk" and not FULL.exists():
        pytest.skip("no /dev/full")
    command = [sys.executable, "-m", "pytest", "suites", "-q", *EMBEDDED, ONLY, "-n", workers]
    reading, writing = os.pipe() if lost == "pipe" else (None, os.open(FULL, os.O_WRONLY))
    if reading is not None:
        os.close(reading)
    try:
        done = subprocess.run(
            [*command, f"--report-dir={tmp_path}"],
            cwd=ROOT,
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    finally:
        os.close(writing)

    assert done.returncode == 3, done.stderr
    assert "verdict: conformant" in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "results.json").is_file()


def test_run_that_breaks_before_its_first_case_has_a_verdict(tmp_path: Path) -> None:
    run = run_suite(tmp_path / "run", *EMBEDDED, ONLY, "-n2", "-p", broken_start.__name__)

    assert (run.verdict, run.status) == ("error", 3), run.output
    assert last_line(run.output).startswith("verdict: error")


# --- processes and signals ---


@linux
@pytest.mark.long
def test_worker_that_is_killed_again_and_again_is_an_error(tmp_path: Path) -> None:
    # The first call is the smoke run's; the process above the parent of a phase is a worker.
    kills = f"mkdir {tmp_path}/called 2>/dev/null || kill -KILL $(ps -o ppid= -p $PPID)"
    lifecycle = wrapped_reference(tmp_path / "lifecycle", {"exporter": kills})

    run = run_suite(tmp_path / "run", *EMBEDDED, "-n2", "--only=exporter-run-index", f"--lifecycle=dir:{lifecycle}")

    assert (run.verdict, run.status, run.results["exit_status"]) == ("error", 3, 3), run.output
    assert "verdict: error" in last_line(run.output)


@linux
@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
@pytest.mark.parametrize("workers", but_few(["0", "2"]))
def test_signals_that_follow_the_first_change_nothing(number: signal.Signals, workers: str, tmp_path: Path) -> None:
    if signal.getsignal(number) is signal.SIG_IGN:
        pytest.skip(f"{number.name} is ignored here, and by all that is started from here")
    hangs = tmp_path / "hangs"
    lifecycle = lifecycle_of_scripts(
        tmp_path / "lifecycle", f'#!/bin/sh\ncase "$0" in *rebaser) touch {hangs}; sleep 3600;; esac; exit 1\n'
    )
    arguments = (*EMBEDDED, "-n", workers, f"--lifecycle=dir:{lifecycle}", "--only=rebaser-run-absent")

    with started(tmp_path / "run", *arguments) as running:
        wait_until(lambda: hangs.exists() or running.process.poll() is not None)
        wait_until(lambda: _signalled(running, number) is not None)
        run = running.end()

    assert (run.status, run.verdict) == (int(pytest.ExitCode.INTERRUPTED), "incomplete"), run.output
    assert last_line(run.output).startswith("verdict: incomplete")
    assert "Traceback" not in run.output
    assert processes_in(tmp_path) == []


def _signalled(running: Running, number: signal.Signals) -> int | None:
    """Signal the processes of a run once more, and give its exit status once there is one."""
    if running.process.poll() is None:
        os.killpg(running.process.pid, number)
    return running.process.poll()
