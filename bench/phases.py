"""What stands around a phase costs: the same phase with the gateway and without, in a container and here, in turn."""

from __future__ import annotations

import io
import itertools
import statistics
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.budgets import BUDGETS, Measured
from fixtures.cleanup.sweep import end_in_engine, private_directory
from fixtures.docker import client as sdk
from fixtures.docker.engine import Engine, EngineError
from fixtures.errors import TargetError
from fixtures.execution.container import ContainerSpec
from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.lifecycle.platform_api import PlatformApi
from fixtures.lifecycle.probe import Probe
from fixtures.lifecycle.run import PhaseRun
from fixtures.lifecycle.targets import open_target
from fixtures.lifecycle.targets.base import Installation, TargetFacts, programs_in
from fixtures.lifecycle.targets.image import IN_IMAGE, own_name
from fixtures.oci.platforms import LINUX, Platform, host_platform
from fixtures.oci.samples import app_image, run_image, run_index
from fixtures.registry.client import Client
from fixtures.registry.gateway import Gateway
from fixtures.registry.stores.base import RegistryUnavailable, Store
from fixtures.registry.stores.embedded import EmbeddedStore
from fixtures.registry.stores.process import ProcessStore
from fixtures.storage.registry import Registry
from fixtures.storage.scope import StorageScope
from suites import expect

_DEADLINE: Final = 60.0
_WARM_UP: Final = 2


class Bypassed(Gateway):
    """A gateway that nothing goes through: whoever is given its address is given the store's."""

    def __init__(self, store_address: str) -> None:
        super().__init__(store_address)
        self._past = store_address

    @property
    def address(self) -> str:
        """host:port of the store."""
        return self._past


def quick_store() -> Store:
    """Give a started store that is no container: it answers sooner, so that the gateway is more of the whole."""
    store: Store = ProcessStore()
    try:
        store.start()
    except RegistryUnavailable:
        store = EmbeddedStore()
        store.start()
    return store


def _analyze(lifecycle: Lifecycle, registry: StorageScope, label: str) -> PhaseRun:
    earlier = app_image(run_image(lifecycle.platform), api=str(lifecycle.api), run_image="registry.example/run:latest")
    previous = registry.share(earlier, "earlier")
    run = registry.share(run_index(*LINUX), "run")
    return lifecycle.analyze(registry.unused(label), run_image=run, previous=previous)


def _export(lifecycle: Lifecycle, registry: StorageScope, label: str) -> PhaseRun:
    run = registry.share(run_image(lifecycle.platform), "run")
    return lifecycle.export_onto(run.pinned, registry.unused(label), name=run.ref)


def _rebase(lifecycle: Lifecycle, registry: StorageScope, label: str) -> PhaseRun:
    run = registry.share(run_index(*LINUX, generation=2), "run2")
    app = app_image(run_image(lifecycle.platform), api=str(lifecycle.api), run_image=str(run.ref))
    return lifecycle.rebase(registry.place(app, label), run_image=run)


Side = tuple[Lifecycle, StorageScope]
PhaseCall = Callable[[Lifecycle, StorageScope, str], PhaseRun]

_CALLS: Final[Mapping[str, PhaseCall]] = {"analyzer": _analyze, "exporter": _export, "rebaser": _rebase}


def through_the_gateway(lifecycle: str, pairs: int) -> Iterator[Measured]:
    """Run each phase in pairs, one through the gateway and one without, and tell of the median of their ratios."""
    with _place(lifecycle) as place:
        sides = (place.side(place.gateway), place.side(Bypassed(place.store.address)))
        for phase, call in _CALLS.items():
            of, text = f"{lifecycle}, {phase}", place.store.description
            through, bare = _seconds(call, sides, pairs)
            ratio = statistics.median(one / other for one, other in zip(through, bare, strict=True))
            yield Measured(BUDGETS["gateway"], of, ratio, _made_of(through, bare, text))


def in_a_container(lifecycle: str, pairs: int) -> Iterator[Measured]:
    """Run each phase in pairs, one in a container and one here, and tell of the median of what is between them."""
    with _place(lifecycle) as place:
        try:
            container = _container(place)
        except (EngineError, TargetError) as error:
            yield Measured(BUDGETS["container"], lifecycle, None, str(error))
            return
        here, there = place.side(place.gateway), place.side(place.gateway, container)
        try:
            for phase, call in _CALLS.items():
                inside, bare = _seconds(call, (there, here), pairs)
                more = statistics.median(one - other for one, other in zip(inside, bare, strict=True)) * 1000
                text = _made_of(inside, bare, place.store.description)
                yield Measured(BUDGETS["container"], f"{lifecycle}, {phase}", more, text)
        finally:
            container.executor.close()
            end_in_engine(place.directory)


@dataclass(frozen=True)
class _Place:
    """A lifecycle, a registry with a gateway, and a directory."""

    target: TargetFacts
    installation: Installation
    platform: Platform
    api: PlatformApi
    store: Store
    gateway: Gateway
    client: Client
    directory: Path
    numbers: Iterator[int]

    def side(self, between: Gateway, installation: Installation | None = None) -> Side:
        """Give the lifecycle, run in this way or on this machine, and the registry as it is seen from there."""
        name = f"bench/{next(self.numbers)}"
        registry = StorageScope(Registry(self.client, between, name), name)
        installations = {self.platform: installation or self.installation}
        lifecycle = Lifecycle(
            self.target, self.platform, self.api, registry, self._new_directory, installations, _DEADLINE
        )
        return lifecycle, registry

    def _new_directory(self) -> Path:
        path = self.directory / str(next(self.numbers))
        path.mkdir()
        return path


@contextmanager
def _place(lifecycle: str) -> Iterator[_Place]:
    platform = host_platform()
    with (
        private_directory("bench") as directory,
        quick_store() as store,
        Gateway(store.address) as gateway,
        Client(store.address) as client,
    ):
        target = open_target(lifecycle, directory)
        installation = target.install(platform, directory).open(directory, directory)
        api = Probe(target.facts, installation, directory, _DEADLINE).newest().platform_apis[0]
        yield _Place(target.facts, installation, platform, api, store, gateway, client, directory, itertools.count())


def _container(place: _Place) -> Installation:
    """Put the programs into an image, and give what runs a container of it. Raises EngineError and TargetError."""
    programs = place.installation.programs
    if any(len(command) > 1 for command in programs.values()):
        raise TargetError("its programs are scripts, for which an image of theirs would need an interpreter")
    Engine.from_environment().version()
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        tar.add(Path(programs["analyzer"][0]).parent, str(IN_IMAGE).lstrip("/"))
    name = own_name(place.directory, place.platform)
    client = sdk.connected()
    client.api.import_image_from_data(archive.getvalue(), repository=name)
    client.close()
    executor = ContainerSpec(place.platform, (), "", name, name).open(place.directory, place.directory)
    return Installation(programs_in(IN_IMAGE, programs), executor)


def _seconds(call: PhaseCall, sides: tuple[Side, Side], pairs: int) -> tuple[list[float], list[float]]:
    seconds: tuple[list[float], list[float]] = ([], [])
    for number in range(-_WARM_UP, pairs):
        for place in (0, 1) if number % 2 else (1, 0):
            run = expect.succeeded(call(*sides[place], f"{call.__name__.strip('_')}{number + _WARM_UP}"))
            if number >= 0:
                seconds[place].append(run.completed.seconds)
    return seconds


def _made_of(first: list[float], second: list[float], store: str) -> str:
    one, other = (statistics.median(side) * 1000 for side in (first, second))
    return f"{one:.0f} ms, {other:.0f} ms; {len(first)} pairs; {store}"
