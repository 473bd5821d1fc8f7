"""A unit test that starts a process, or talks to anybody else, fails."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.support import unit_guard

STARTS: dict[str, Callable[[], object]] = {
    "subprocess": lambda: subprocess.run(["true"], check=True),  # noqa: S607 - it is never run
    "fork": os.fork,
    "posix_spawn": lambda: os.posix_spawn("/bin/true", ["true"], {}),
    "shell": lambda: os.system("true"),  # noqa: S605, S607 - it is never run
}


@pytest.mark.parametrize("start", STARTS.values(), ids=list(STARTS))
def test_a_process_is_refused(start: Callable[[], object]) -> None:
    with pytest.raises(pytest.fail.Exception, match=r"a unit test starts a process .* move it to tests/integration"):
        start()


def test_who_passes_over_exceptions_does_not_pass_over_this_one() -> None:
    with pytest.raises(pytest.fail.Exception), contextlib.suppress(Exception):
        subprocess.Popen([sys.executable])


@pytest.mark.parametrize("address", ["/var/run/docker.sock", ("192.0.2.1", 80)], ids=["engine", "elsewhere"])
def test_a_connection_elsewhere_is_refused(address: str | tuple[str, int]) -> None:
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    with socket.socket(family) as connection, pytest.raises(pytest.fail.Exception, match="a unit test connects to"):
        connection.connect(address)


def test_a_server_of_its_own_is_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()[:2]):
        pass


def test_it_refuses_in_its_block_alone() -> None:
    guard = unit_guard.Guard()
    guard.install()

    guard.asked("os.fork", ())
    with guard.refusing(), pytest.raises(pytest.fail.Exception):
        guard.asked("os.fork", ())
    guard.asked("os.fork", ())
