"""What a unit test may not do: start a process, or connect to anything but a server of its own on this machine."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import Any

import pytest

STARTS = ("subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system")
"""The audit events by which Python tells of a process that is about to be (docs.python.org, "Audit events table")."""

LOOPBACK = ("127.0.0.1", "::1", "localhost")
MOVE = "move it to tests/integration"


class Guard:
    """Hears of what is about to be done, and fails it in a block that refuses; the rest of the time it is silent.

    What it raises is no Exception, so that no test passes over it by accident.
    """

    def __init__(self) -> None:
        self._refuses = False
        self._installed = False

    def install(self) -> None:
        """Hear of everything from now on: an audit hook can't be taken back."""
        if not self._installed:
            self._installed = True
            sys.addaudithook(self.asked)

    @contextlib.contextmanager
    def refusing(self) -> Iterator[None]:
        """Refuse in this block."""
        self._refuses = True
        try:
            yield
        finally:
            self._refuses = False

    def asked(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Fail the test that is about to do it."""
        if not self._refuses:
            return
        if event in STARTS:
            started = arguments[0] if arguments else ""
            pytest.fail(f"a unit test starts a process ({event} {started}): {MOVE}")
        if event == "socket.connect" and not _is_loopback(arguments[1]):
            pytest.fail(f"a unit test connects to {arguments[1]!r}: {MOVE}")


_GUARD = Guard()


@contextlib.contextmanager
def guarded() -> Iterator[None]:
    """Refuse in this block what a unit test may not do."""
    _GUARD.install()
    with _GUARD.refusing():
        yield


def _is_loopback(address: object) -> bool:
    return isinstance(address, tuple) and bool(address) and address[0] in LOOPBACK
