"""What the registry's tests are given: the stores of this machine, in turn."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from fixtures.registry.client import Client
from fixtures.registry.gateway import Gateway
from fixtures.registry.stores.base import RegistryUnavailable, Store
from fixtures.registry.stores.choose import KINDS


@pytest.fixture(scope="session", params=tuple(KINDS))
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """Each store that this machine can give, in turn."""
    store = KINDS[request.param]()
    try:
        store.start()
    except RegistryUnavailable as reason:
        pytest.skip(str(reason))
    yield store
    store.stop()


@pytest.fixture
def client(store: Store) -> Iterator[Client]:
    """A client of the store that has pushed nothing yet."""
    with Client(store.address) as client:
        yield client


@pytest.fixture
def gateway(store: Store) -> Iterator[Gateway]:
    """A gateway before the store."""
    with Gateway(store.address) as gateway:
        yield gateway


@pytest.fixture
def here(request: pytest.FixtureRequest) -> str:
    """A repository name that only this test uses."""
    name = request.node.name.lower()
    return "t-" + "".join(letter if letter.isalnum() else "-" for letter in name).strip("-").replace("--", "-")


@pytest.fixture
def no_threads_left() -> Iterator[None]:
    """The test ends with the threads it began with."""
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before
