"""A run of the suite that the fork server started, with as much of `subprocess.Popen` as tests of runs use."""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parents[2]

AVAILABLE = sys.platform == "linux"


class Forked:
    """A process in a session of its own, with its output and its errors in one pipe; a child of the fork server."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        output, output_of_child = os.pipe()
        self._status, status_of_server = os.pipe()
        request = json.dumps([list(arguments), dict(environment)]).encode()
        socket.send_fds(_server().connection, [request], [output_of_child, status_of_server])
        os.close(output_of_child)
        os.close(status_of_server)
        self.stdout: TextIO = os.fdopen(output, errors="replace")
        self.returncode: int | None = None
        self._unread = b""
        self.pid = int(self._line(None))

    def poll(self) -> int | None:
        """Give the exit status as `subprocess` does; None while it runs."""
        if self.returncode is None and select.select([self._status], [], [], 0)[0]:
            self.wait()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end, and give the exit status. Raises subprocess.TimeoutExpired after so many seconds."""
        if self.returncode is None:
            self.returncode = int(self._line(timeout))
            os.close(self._status)
        return self.returncode

    def communicate(self, timeout: float) -> tuple[str, None]:
        """Read to the end of the output, and wait for that of the process. Raises subprocess.TimeoutExpired."""
        until = time.monotonic() + timeout
        read = b""
        while True:
            if not select.select([self.stdout], [], [], max(0.0, until - time.monotonic()))[0]:
                raise subprocess.TimeoutExpired("a forked run", timeout, output=read)
            if not (part := os.read(self.stdout.fileno(), 1 << 16)):
                break
            read += part
        self.stdout.close()
        self.wait(max(0.0, until - time.monotonic()))
        return read.decode(errors="replace").replace("\r\n", "\n"), None

    def terminate(self) -> None:
        """Ask it to end."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGTERM)

    def _line(self, timeout: float | None) -> str:
        """Read the next line that the server writes of this process."""
        if not select.select([self._status], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired("a forked run", timeout or 0.0)
        while b"\n" not in self._unread:
            part = os.read(self._status, 64)
            if not part:
                raise RuntimeError("the fork server ended before its child")
            self._unread += part
        line, _, self._unread = self._unread.partition(b"\n")
        return line.decode()


class _Server:
    """The server of this process; it ends when this process does, as nobody holds the other end of its socket then."""

    def __init__(self) -> None:
        self.connection, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("CONFORMANCE_", "PYTEST_"))}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.fork_server", str(its.fileno())],
            cwd=ROOT,
            env=kept,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[its.fileno()],
            start_new_session=True,
        )
        its.close()
        atexit.register(self.end)

    def end(self) -> None:
        """End it."""
        self.connection.close()
        self.process.wait(10)


@cache
def _server() -> _Server:
    return _Server()
