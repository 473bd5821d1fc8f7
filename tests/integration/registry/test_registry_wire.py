"""A server that can't start says so at once, and no wait for one is without a limit."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import uvloop

from fixtures.registry import http_server as wire
from fixtures.registry.http_message import Response
from fixtures.registry.http_server import NotServing, Server
from fixtures.registry.stores.base import RegistryUnavailable
from fixtures.registry.stores.embedded import EmbeddedStore


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server(lambda _: Response(200, [], b"here"), "a server")
    server.start()
    yield server
    server.stop()


class Refusing(asyncio.SelectorEventLoop):
    """An event loop that takes no work, as uvloop's did with a task factory of another Python."""

    def create_task(self, coro: Any, **settings: Any) -> Any:
        """Refuse."""
        coro.close()
        raise TypeError(f"unexpected {sorted(settings)}")


@pytest.mark.usefixtures("no_threads_left")
def test_server_that_cannot_start_says_why_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uvloop, "new_event_loop", Refusing)
    server = Server(lambda _: Response(200, []), "a server")

    with pytest.raises(NotServing, match="a server did not start: TypeError: unexpected"):
        server.start()

    assert server.address == ""
    server.stop()


def test_registry_whose_server_cannot_start_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uvloop, "new_event_loop", Refusing)

    with pytest.raises(RegistryUnavailable, match="did not start"):
        EmbeddedStore().start()


def test_tasks_of_a_server_run_at_once_where_python_can(server: Server) -> None:
    async def nothing_to_wait_for() -> bool:
        async def one() -> None:
            """Nothing."""

        return asyncio.get_running_loop().create_task(one()).done()

    assert server.run(nothing_to_wait_for()) == wire.EAGER
    assert requests.get(f"http://{server.address}/", timeout=10).text == "here"


@pytest.mark.usefixtures("no_threads_left")
def test_nobody_waits_for_a_server_whose_loop_has_ended(server: Server) -> None:
    thread = next(thread for thread in threading.enumerate() if thread.name == "a server")
    assert server._loop is not None
    server._loop.call_soon_threadsafe(server._loop.stop)
    thread.join(10)

    with pytest.raises(NotServing, match="a server does not run"):
        server.run(asyncio.sleep(0))


def test_work_that_does_not_end_is_given_up(server: Server) -> None:
    started = time.monotonic()

    with pytest.raises(NotServing, match=r"a server did nothing for 0\.1 s"):
        server.run(asyncio.sleep(60), seconds=0.1)

    assert time.monotonic() - started < 10


def test_stopping_a_server_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "PATIENCE", 0.2)
    held = threading.Event()
    server = Server(lambda _: Response(200, []), "a server")
    server.start()
    assert server._loop is not None
    server._loop.call_soon_threadsafe(held.wait, 60)

    server.stop()

    assert server.address == ""
    held.set()
