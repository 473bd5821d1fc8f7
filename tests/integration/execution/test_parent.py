"""What a phase does to its parent it does to a process that is there for that, and is told of."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fixtures.execution import parent
from fixtures.execution.process import run
from tests.integration.execution.test_process import ENVIRONMENT, gone
from tests.support.runs import ROOT

HARM = {
    "kill": ("kill -KILL $PPID", "was ended by SIGKILL"),
    "terminate": ("kill -TERM $PPID; sleep 0.2", "was ended by SIGTERM"),
    "interrupt": ("kill -INT $PPID; sleep 0.2", "was ended by SIGINT"),
    "hang-up": ("kill -HUP $PPID; sleep 0.2", "was ended by SIGHUP"),
    "stop": ("kill -STOP $PPID", "was stopped"),
    "terminate-its-group": ("kill -TERM -$(ps -o pgid= -p $PPID | tr -d ' '); sleep 0.2", "was ended by SIGTERM"),
    "stop-its-group": ("kill -STOP -$(ps -o pgid= -p $PPID | tr -d ' ')", "was stopped"),
    "kill-and-go-on": ("kill -KILL $PPID; exec sleep 300", "was ended by SIGKILL"),
}


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parent, "PATIENCE", 0.5)


@pytest.mark.parametrize("wait", ["", "sleep 0.1; "], ids=["at-once", "later"])
@pytest.mark.parametrize(("script", "text"), HARM.values(), ids=list(HARM))
def test_harm_to_the_parent_is_told_and_harms_nothing_else(script: str, text: str, wait: str, tmp_path: Path) -> None:
    parent.ready().close()
    mark = tmp_path / "pid"

    done = run(["/bin/sh", "-c", f"echo $$ > {mark}; {wait}{script}"], ENVIRONMENT, tmp_path, 2.0)
    after = run(["/bin/sh", "-c", "exit 3"], ENVIRONMENT, tmp_path, 20.0)

    assert (done.status, done.parent, done.cpu_seconds) == (None, text, None)
    assert (after.status, after.parent) == (3, "")
    # Of a parent that was killed before it could tell of its child, nobody learns which that is.
    assert not wait or gone(int(mark.read_text()))


def test_phases_are_no_children_of_the_suite(tmp_path: Path) -> None:
    done = run(["/bin/sh", "-c", "echo $PPID; cat /proc/$PPID/environ"], ENVIRONMENT, tmp_path, 20.0)

    text, _, environment = done.stdout.partition("\n")
    assert int(text) not in (os.getpid(), os.getppid(), 1)
    assert environment.replace("\0", "") == ""


def test_processor_time_is_told(tmp_path: Path) -> None:
    busy = f"{sys.executable} -IS -c 'import time\nwhile time.process_time() < 0.3: pass'"

    worked = run(["/bin/sh", "-c", f"{busy}; true"], ENVIRONMENT, tmp_path, 60.0)
    slept = run(["/bin/sh", "-c", "sleep 0.4"], ENVIRONMENT, tmp_path, 20.0)

    assert worked.cpu_seconds is not None
    assert slept.cpu_seconds is not None
    assert slept.cpu_seconds < 0.2
    assert 0.3 <= worked.cpu_seconds < 3


def test_what_is_not_ascii_reaches_the_program(tmp_path: Path) -> None:
    odd, show = "grüße \udcff", 'printf %s "$1" "$ODD" | od -An -c'

    done = run(["/bin/sh", "-c", show, "sh", odd], {**ENVIRONMENT, "ODD": odd}, tmp_path, 20)

    assert done.stdout.split().count("377") == 2


def test_end_is_seen_without_process_descriptors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "pidfd_open")

    ended = run(["/bin/sh", "-c", "exit 7"], ENVIRONMENT, tmp_path, 20.0)
    late = run(["/bin/sh", "-c", "sleep 300"], ENVIRONMENT, tmp_path, 0.3)

    assert (ended.status, late.status) == (7, None)


def test_phase_ends_with_the_suite(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    code = (
        "from fixtures.execution.process import run; from pathlib import Path\n"
        f"run(['/bin/sh', '-c', 'echo $$ > {mark}; exec sleep 300'], {{'PATH': {os.defpath!r}}}, Path('/'), 300)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT) as suite:
        give_up = time.monotonic() + 20
        while not (mark.exists() and mark.read_text()) and time.monotonic() < give_up:
            time.sleep(0.02)
        suite.send_signal(signal.SIGKILL)

    assert gone(int(mark.read_text()))
