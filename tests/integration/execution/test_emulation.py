"""Which architectures run here: found out by running a program, and said as it is."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fixtures.execution import emulation
from fixtures.execution.emulation import find_executor
from fixtures.lifecycle.targets.reference import DEBIAN
from fixtures.oci.elf import MACHINES, STATUS, program
from fixtures.oci.platforms import ARM64, Platform, host_platform
from tests.support.runs import ROOT, write_program

WITHOUT_HANDLERS = "mount -t tmpfs none /run; mount -t binfmt_misc none /proc/sys/fs/binfmt_misc"
"""In a namespace of its own: a binfmt_misc in which nothing is registered, and nothing known of what was."""

OURS = "ls /proc/sys/fs/binfmt_misc | grep -c lifecycle-conformance || true"
"""A command that counts what the project registered."""

FOREIGN = next(platform for platform in (ARM64, *DEBIAN) if not platform.same_architecture(host_platform()))


def in_namespace(script: str) -> subprocess.CompletedProcess[str]:
    """Run a script as root of a user namespace without binfmt handlers; skips where the kernel allows none."""
    unshare = ("unshare", "-Urm", "sh", "-ec")
    try:
        allowed = subprocess.run([*unshare, WITHOUT_HANDLERS], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        allowed = False
    if not allowed:
        pytest.skip("no user namespace with a binfmt_misc of its own can be had here")
    return subprocess.run(
        [*unshare, f"{WITHOUT_HANDLERS}\n{script}"], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_own_architecture_is_native(tmp_path: Path) -> None:
    runner = find_executor(host_platform(), tmp_path)
    assert runner is not None
    assert (runner.prefix, runner.description) == ((), "native")


@pytest.mark.parametrize("platform", DEBIAN, ids=str)
def test_every_architecture_runs_where_its_emulator_is(platform: Platform, tmp_path: Path) -> None:
    qemu = MACHINES[platform.architecture].qemu
    if not platform.same_architecture(host_platform()) and not shutil.which(f"qemu-{qemu}-static"):
        pytest.skip(f"qemu-{qemu}-static is not installed")
    runner = find_executor(platform, tmp_path)
    assert runner is not None
    assert runner.description == "native" or "qemu" in runner.description


@pytest.mark.parametrize(("status", "found"), [(STATUS, True), (0, False), (127, False)])
def test_emulator_counts_only_if_it_ran_the_program(
    status: int, found: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_program(tmp_path / "qemu-pretended", f"#!/bin/sh\nexit {status}\n")
    monkeypatch.setattr(shutil, "which", lambda _: str(tmp_path / "qemu-pretended"))
    monkeypatch.setattr(emulation, "program", lambda _: b"no program of any architecture")
    assert (find_executor(FOREIGN, tmp_path) is not None) is found


def test_unknown_architecture_and_system_run_nowhere(tmp_path: Path) -> None:
    assert find_executor(Platform("linux", "mips64le"), tmp_path) is None
    assert find_executor(Platform("windows", host_platform().architecture), tmp_path) is None


def test_handler_is_known_by_what_it_is_for_and_not_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emulation, "BINFMT", tmp_path)
    for name, architecture in (("a-aarch64", "riscv64"), ("some-name", "arm64")):
        magic = program(architecture)[:20].hex()
        write_program(tmp_path / f"qemu-for-{architecture}", '#!/bin/sh\necho "version 9.8.7"\n')
        text = f"enabled\ninterpreter {tmp_path}/qemu-for-{architecture}\nflags: F\noffset 0\nmagic {magic}\n"
        (tmp_path / name).write_text(f"{text}mask {'ff' * 20}\n")
    assert emulation._registered(program("arm64")) == "qemu-for-arm64 9.8.7"
    assert emulation._registered(program("s390x")) == "emulator of unknown name"


@pytest.mark.changes_machine
def test_without_handlers_an_emulator_is_called_by_name_or_there_is_none() -> None:
    ask = f"{sys.executable} -m tools.runnable {FOREIGN}"
    named = in_namespace(ask)
    assert "binfmt" not in named.stdout
    without = in_namespace(f"PATH=/nowhere\n{ask}")
    assert (without.returncode, without.stdout) == (1, f"{FOREIGN}: can not be run here\n")


@pytest.mark.changes_machine
def test_what_make_emulators_registers_runs_and_goes_again() -> None:
    if not Path("/usr/lib/binfmt.d/qemu-s390x.conf").exists():
        pytest.skip("qemu-user-static of Debian's is not installed")
    done = in_namespace(
        "tools/emulators; tools/emulators; tools/emulators --remove; ls /proc/sys/fs/binfmt_misc"
    ).stdout
    assert done.count("registered lifecycle-conformance-s390x") == 1
    assert done.count("linux/s390x: binfmt qemu-s390x") == 2
    assert done.endswith("no longer registered: lifecycle-conformance-s390x\nregister\nstatus\n")


@pytest.mark.changes_machine
def test_what_is_registered_for_a_run_is_there_while_it_runs() -> None:
    emulated = f"{sys.executable} -m tools.emulated sh -c"
    done = in_namespace(f"{emulated} '{OURS}; {emulated} true; {OURS}; exit 7' || echo $?; {OURS}")
    lines = [line for line in done.stdout.splitlines() if not line.startswith(("registered", "no longer"))]
    if lines[0] == "0":
        pytest.skip("nothing can be registered here")
    assert (lines[1:], done.stderr) == ([lines[0], "7", "0"], "")


@pytest.mark.changes_machine
def test_what_a_killed_run_registered_is_taken_back_by_the_next() -> None:
    killed = f"{sys.executable} -m tools.emulated sh -c 'kill -9 $PPID' || true"
    done = in_namespace(f"{killed}; {OURS}; {sys.executable} -m tools.emulated true >/dev/null; {OURS}")
    before, after = done.stdout.splitlines()[-2:]
    if before == "0":
        pytest.skip("nothing can be registered here")
    assert after == "0"


@pytest.mark.changes_machine
def test_what_was_asked_for_stays_after_a_run() -> None:
    done = in_namespace(
        f"tools/emulators; {sys.executable} -m tools.emulated true; {OURS}; tools/emulators --remove; {OURS}"
    )
    before, *_, after = [line for line in done.stdout.splitlines() if line.isdecimal()]
    if before == "0":
        pytest.skip("nothing can be registered here")
    assert after == "0"


RUN = "import sys; from tools.emulated import HandingOn, run\nwith HandingOn() as on: sys.exit(run(sys.argv[1:], on))"


@contextmanager
def emulated(script: str, before: str = "") -> Iterator[subprocess.Popen[str]]:
    """Run a shell script as `tools.emulated` does, in a process group of its own; `before` is Python for it."""
    command = [sys.executable, "-c", f"{before}\n{RUN}", "sh", "-c", script]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, process_group=0) as process:
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()


def wait_for(path: Path) -> None:
    """Wait until a file is there."""
    give_up = time.monotonic() + 20
    while not path.exists():
        assert time.monotonic() < give_up
        time.sleep(0.01)


COUNTS = (
    "n=0; trap 'n=$((n + 1)); echo ended $n' {name}; touch {runs}; "
    "for _ in $(seq 400); do sleep 0.05; [ $n = 0 ] || break; done; sleep 0.3; exit 3"
)
"""Says each time that a signal comes, and goes on for some time after the first."""

SIGNALS = {"TERM": signal.SIGTERM, "HUP": signal.SIGHUP, "INT": signal.SIGINT}


@pytest.mark.parametrize("name", list(SIGNALS))
@pytest.mark.parametrize("to", ["process", "group"])
def test_what_ends_a_run_reaches_the_command_once(name: str, to: str, tmp_path: Path) -> None:
    script = COUNTS.format(name=name, runs=tmp_path / "runs")
    with emulated(script, "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)") as process:
        wait_for(tmp_path / "runs")
        (os.kill if to == "process" else os.killpg)(process.pid, SIGNALS[name])
        output, _ = process.communicate(timeout=20)
    assert (process.returncode, output) == (3, "ended 1\n")


def test_what_comes_before_the_command_runs_reaches_it(tmp_path: Path) -> None:
    """The signal comes while the command is being started: it is handed on when it has been."""
    early = (
        "import os, signal, subprocess\n"
        "class Early(subprocess.Popen):\n"
        "    def __init__(self, *arguments, **settings):\n"
        "        os.kill(os.getpid(), signal.SIGTERM)\n"
        "        super().__init__(*arguments, **settings)\n"
        f"        while not os.path.exists('{tmp_path}/runs'): pass\n"
        "subprocess.Popen = Early"
    )
    script = COUNTS.format(name="TERM", runs=tmp_path / "runs")
    with emulated(script, early) as process:
        output, _ = process.communicate(timeout=20)
    assert (process.returncode, output) == (3, "ended 1\n")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a killed process takes no other with it")
def test_a_killed_run_takes_the_command_with_it(tmp_path: Path) -> None:
    with emulated(f"echo $$ > {tmp_path}/pid; mv {tmp_path}/pid {tmp_path}/runs; exec sleep 300") as process:
        wait_for(tmp_path / "runs")
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=20)
    command = int((tmp_path / "runs").read_text())
    give_up = time.monotonic() + 20
    while Path(f"/proc/{command}/cmdline").exists() and Path(f"/proc/{command}/cmdline").read_text():
        assert time.monotonic() < give_up
        time.sleep(0.01)


def test_what_is_ignored_stays_ignored(tmp_path: Path) -> None:
    """As under nohup, or in the background of a script."""
    ignoring = "import signal\nfor number in (signal.SIGINT, signal.SIGHUP): signal.signal(number, signal.SIG_IGN)"
    with emulated(f"touch {tmp_path}/runs; sleep 0.5; echo went on", ignoring) as process:
        wait_for(tmp_path / "runs")
        for number in (signal.SIGINT, signal.SIGHUP):
            os.killpg(process.pid, number)
        output, _ = process.communicate(timeout=20)
    assert (process.returncode, output) == (0, "went on\n")
