"""Run a command with emulators registered for as long as it runs: `python -m tools.emulated COMMAND...`.

Only as root on Linux; otherwise the command runs as it is. Several runs may be under way: the last one takes back what
was registered, and of a run that was killed the next one. What `make emulators` registered stays.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from fixtures.cleanup.sweep import Owner

EMULATORS = Path(__file__).with_name("emulators")

USERS = Path("/run/lifecycle-conformance-emulated")
"""A file for each run that needs the emulators, named for its process. In memory, as the registration is."""

STAYS = Path("/run/lifecycle-conformance-stays")
"""Is there where `make emulators` was asked for."""


LIMIT = 60.0
"""Seconds that registering may take, and that other runs are waited for that do it."""


def main(command: Sequence[str]) -> int:
    """Run the command and give its exit status."""
    with HandingOn() as signals:
        if sys.platform != "linux" or os.geteuid() != 0:
            return run(command, signals)
        try:
            USERS.mkdir(exist_ok=True)
        except OSError as error:
            print(f"emulators are not registered: {error}", file=sys.stderr)
            return run(command, signals)
        with registered():
            return run(command, signals)


@contextmanager
def registered() -> Iterator[None]:
    """Have the emulators registered for the length of a block."""
    own = USERS / str(Owner.this())
    with _alone():
        own.touch()
        if not STAYS.exists():
            _call("--register")
    try:
        yield
    finally:
        with _alone():
            own.unlink(missing_ok=True)
            if not list(USERS.iterdir()) and not STAYS.exists():
                _call("--remove")


def _call(what: str) -> None:
    with contextlib.suppress(subprocess.TimeoutExpired):
        subprocess.run([EMULATORS, what], timeout=LIMIT, check=False)


@contextmanager
def _alone() -> Iterator[None]:
    """Keep other runs waiting for the length of a block, once the dead are forgotten."""
    descriptor = os.open(USERS, os.O_RDONLY)
    try:
        _lock(descriptor)
        for path in USERS.iterdir():
            owner = Owner.parse(path.name)
            if owner is None or not owner.alive():
                path.unlink()
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    """Lock a directory, or go on without where another process does not let go of it."""
    give_up = time.monotonic() + LIMIT
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > give_up:
                print(f"another run did not let go of {USERS} for {LIMIT:g} s", file=sys.stderr)
                return
            time.sleep(0.05)
        else:
            return


def run(command: Sequence[str], signals: HandingOn) -> int:
    """Run a command and give its exit status. What is to end this process is handed on to the command, once.

    The command has a process group of its own, so that what a terminal or a CI system sends to ours does not reach it
    besides; and it is killed where this process is.
    """
    tether = [sys.executable, "-ISc", _TETHERED, str(os.getpid())] if sys.platform == "linux" else []
    with subprocess.Popen([*tether, *command], process_group=0) as process:
        signals.to(process)
        status = process.wait()
    return 128 - status if status < 0 else status


_TETHERED = """
import ctypes, os, signal, sys
ctypes.CDLL(None).prctl(1, 9)
if signal.getsignal(signal.SIGINT) != signal.SIG_IGN: signal.signal(signal.SIGINT, signal.SIG_DFL)
if os.getppid() != int(sys.argv[1]): sys.exit(1)
try:
    os.execvp(sys.argv[2], sys.argv[2:])
except OSError as error:
    sys.exit(f"{sys.argv[2]}: {error.strerror}")
"""
"""Becomes the program of argv[2:], to be killed with the parent argv[1]: PR_SET_PDEATHSIG, SIGKILL (prctl(2))."""


class HandingOn:
    """Hands on signals to a process: those that came before it was there too. What was ignored stays ignored."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._came: list[int] = []
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGTSTP):
            if signal.getsignal(number) != signal.SIG_IGN:
                handler = self._stop if number == signal.SIGTSTP else self._hand_on
                self._before[number] = signal.signal(number, handler)
        # The terminal is not the command's: to read from it is an error, and nothing to wait for.
        self._before[signal.SIGTTIN] = signal.signal(signal.SIGTTIN, signal.SIG_IGN)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def to(self, process: subprocess.Popen[bytes]) -> None:
        """Hand on to this process from now on."""
        self._process = process
        while self._came:
            process.send_signal(self._came.pop(0))

    def _hand_on(self, number: int, _: object) -> None:
        if self._process is None:
            self._came.append(number)
        else:
            self._process.send_signal(number)

    def _stop(self, *_: object) -> None:
        """Stop with the command, and go on with it."""
        self._signal_group(signal.SIGSTOP)
        os.kill(os.getpid(), signal.SIGSTOP)
        self._signal_group(signal.SIGCONT)

    def _signal_group(self, number: int) -> None:
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
