"""A run that is forked of a process that has imported the suite ends as one that was started does."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fixtures.cleanup.sweep import PREFIX
from tests.support.forked import AVAILABLE, Forked
from tests.support.runs import EMBEDDED, NO_ENGINE, run_suite, started, started_afresh

pytestmark = pytest.mark.skipif(not AVAILABLE, reason="runs are forked on Linux only")

FEW = (*EMBEDDED, "--only", "exporter-report-digest,analyzer-any-index,rebaser-run-foreign")


@pytest.mark.long
def test_its_verdicts_are_those_of_a_run_that_was_started(tmp_path: Path) -> None:
    asked = (*EMBEDDED, "--only", "exporter-report-digest,analyzer-any-index")
    with started_afresh():
        one = run_suite(tmp_path / "started", *asked, environment=NO_ENGINE)
    other = run_suite(tmp_path / "forked", *asked, environment=NO_ENGINE)

    assert other.verdicts_of_cases() == one.verdicts_of_cases()
    assert (other.verdict, other.status) == (one.verdict, one.status) == ("conformant", 0)
    assert other.output.splitlines()[-1] == one.output.splitlines()[-1]


def wait_for_a_directory(place: Path) -> None:
    """Wait until a run has made its private directory."""
    give_up = time.monotonic() + 60
    while not any(place.glob(f"{PREFIX}*")):
        assert time.monotonic() < give_up
        time.sleep(0.01)


def environment(**more: str) -> dict[str, str]:
    """Give an environment for a run, with further variables."""
    return {"PATH": os.environ["PATH"], **more}


def test_it_gets_its_arguments_and_its_environment_alone() -> None:
    process = Forked(["--platform-api=0.15", "suites"], environment(CONFORMANCE_ARCH="vax"))
    output, _ = process.communicate(60)

    assert process.returncode == 4
    assert "vax" in output


def test_several_run_at_a_time_each_in_a_session_of_its_own() -> None:
    processes = [Forked(["--version"], environment()) for _ in range(4)]

    assert len({process.pid for process in processes} | {os.getsid(0)}) == 5
    assert [process.communicate(60)[0].partition(" ")[0] for process in processes] == 4 * ["pytest"]
    assert [process.returncode for process in processes] == [0, 0, 0, 0]


def test_who_is_waited_for_too_long_is_named(tmp_path: Path) -> None:
    with started(tmp_path, *FEW) as running:
        with pytest.raises(subprocess.TimeoutExpired):
            running.process.communicate(timeout=0.01)
        with pytest.raises(subprocess.TimeoutExpired):
            running.process.wait(timeout=0.01)
        assert running.process.poll() is None


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_as_it_ends_others(number: signal.Signals, tmp_path: Path) -> None:
    statuses = []
    for place in ("started", "forked"):
        how = started_afresh() if place == "started" else contextlib.nullcontext()
        with how, started(tmp_path / place, *FEW) as running:
            wait_for_a_directory(tmp_path / place / "tmp")
            os.kill(running.process.pid, number)
            running.process.communicate(timeout=60)
            statuses.append(running.process.wait())

    assert statuses[0] == statuses[1] != 0


def test_the_server_ends_with_who_started_it() -> None:
    code = (
        "import subprocess, sys, tests.support.forked as forked; before = subprocess.Popen.__init__\n"
        "def kept(self, *args, **options): before(self, *args, **options); print(self.pid, flush=True)\n"
        "subprocess.Popen.__init__ = kept\n"
        "forked.Forked(['--version'], {}).communicate(60)"
    )
    root = Path(__file__).parents[3]
    output = subprocess.run(
        [sys.executable, "-c", code], cwd=root, stdout=subprocess.PIPE, text=True, check=True
    ).stdout

    server = Path(f"/proc/{int(output)}/cmdline")
    give_up = time.monotonic() + 20
    while server.exists() and server.read_text():
        assert time.monotonic() < give_up
        time.sleep(0.01)
