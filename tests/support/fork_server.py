"""A process that has imported what a run of the suite imports, and forks for each run, which spares it the imports.

Linux only. It is started as `python -m tests.support.fork_server DESCRIPTOR`, with the descriptor of a socket, whose
other end is `tests.support.forked.Forked`. It starts no thread, and opens and reads nothing of a run's.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import runpy
import select
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 1 << 20
"""Bytes that a request has at most."""


@dataclass(frozen=True)
class Request:
    """A run that is asked for: its arguments and environment, and where its output and its exit status go."""

    arguments: Sequence[str]
    environment: Mapping[str, str]
    output: int
    status: int

    def take_over(self) -> None:
        """Make this process, a child of the server, what a start of Python would have made it."""
        os.setsid()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for standard in (1, 2):
            os.dup2(self.output, standard)
        os.close(self.output)
        # From now on it can be signaled as a group.
        os.write(self.status, f"{os.getpid()}\n".encode())
        os.close(self.status)
        os.environ.clear()
        os.environ.update(self.environment)
        # What was found out of the server's environment.
        tempfile.tempdir = None


class Server:
    """Forks for requests, one at a time, and tells of each child when it ended."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._woken, self._wakes = socket.socketpair()
        self._waited_for: dict[int, int] = {}

    def serve(self) -> Sequence[str] | None:
        """Serve until the other end is gone. In a child it returns the arguments of its run, in the server None."""
        self._wakes.setblocking(False)
        signal.set_wakeup_fd(self._wakes.fileno())
        signal.signal(signal.SIGCHLD, lambda *_: None)
        while True:
            ready, _, _ = select.select([self._connection, self._woken], [], [])
            if self._woken in ready:
                self._woken.recv(4096)
                self._tell_of_the_ended()
            if self._connection in ready:
                request = self._request()
                if request is None:
                    return None
                if self._is_child(request):
                    return request.arguments

    def _request(self) -> Request | None:
        text, descriptors, *_ = socket.recv_fds(self._connection, LONGEST, 2)
        return Request(*json.loads(text), *descriptors) if text else None

    def _is_child(self, request: Request) -> bool:
        assert threading.active_count() == 1, threading.enumerate()
        child = os.fork()
        if child == 0:
            self._forget()
            request.take_over()
            return True
        os.close(request.output)
        self._waited_for[child] = request.status
        return False

    def _forget(self) -> None:
        """Close, in a child, what is the server's."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for end in (self._connection, self._woken, self._wakes):
            end.close()
        for status in self._waited_for.values():
            os.close(status)

    def _tell_of_the_ended(self) -> None:
        for child, status in list(self._waited_for.items()):
            ended, how = os.waitpid(child, os.WNOHANG)
            if ended:
                del self._waited_for[child]
                # Whoever asked may be gone.
                with contextlib.suppress(BrokenPipeError):
                    os.write(status, f"{os.waitstatus_to_exitcode(how)}\n".encode())
                os.close(status)


class _Preload:
    """Imports the modules of the suites as pytest does, with their assertions rewritten."""

    def pytest_collection(self, session: pytest.Session) -> bool:
        """Import them, and collect nothing."""
        for path in sorted((ROOT / "suites").rglob("test_*.py")):
            assert pytest.Module.from_parent(session, path=path).obj
        return True


def preload() -> None:
    """Import what runs import."""
    status = pytest.main(["--collect-only", str(ROOT / "docs")], plugins=[_Preload()])
    assert status == pytest.ExitCode.NO_TESTS_COLLECTED, status
    for name, module in sys.modules.items():
        # It was imported past pytest's rewriting on purpose (suites/generated/hypothesis_import.py): no need to warn.
        if name.partition(".")[0] in ("hypothesis", "_hypothesis_globals", "_hypothesis_ftz_detector"):
            module.__doc__ = f"{module.__doc__} PYTEST_DONT_REWRITE"


def main(descriptor: int) -> int:
    """Serve; in a child, run pytest and give its exit status."""
    preload()
    gc.collect()
    gc.freeze()
    arguments = Server(socket.socket(fileno=descriptor)).serve()
    if arguments is None:
        return 0
    sys.argv[1:] = arguments
    runpy.run_module("pytest", run_name="__main__", alter_sys=True)
    raise AssertionError("pytest exits")


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
