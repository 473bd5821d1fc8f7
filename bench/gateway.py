"""What the gateway costs: the same phase through it and against the registry itself, in turn."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from bench.budgets import BUDGETS, Measured
from fixtures.leftovers import private_directory
from fixtures.lifecycle import target as targets
from fixtures.lifecycle.execution import OnHost
from fixtures.lifecycle.phases import Lifecycle
from fixtures.lifecycle.profile import Asked
from fixtures.lifecycle.run import PhaseRun
from fixtures.platforms import LINUX, host_platform
from fixtures.registry.client import Client
from fixtures.registry.embedded import EmbeddedStore
from fixtures.registry.gateway import Gateway
from fixtures.registry.namespace import Registry, Shelf
from fixtures.registry.process import ProcessStore
from fixtures.registry.store import RegistryUnavailable, Store
from fixtures.worlds import app_image, run_image, run_index

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


def _analyze(lifecycle: Lifecycle, registry: Registry, label: str) -> PhaseRun:
    earlier = app_image(run_image(lifecycle.platform), api=lifecycle.api, run_image="registry.example/run:latest")
    previous = registry.shared(earlier, "earlier")
    run = registry.shared(run_index(*LINUX), "run")
    return lifecycle.analyze(registry.absent(label), run_image=run, previous=previous)


def _export(lifecycle: Lifecycle, registry: Registry, label: str) -> PhaseRun:
    run = registry.shared(run_image(lifecycle.platform), "run")
    return lifecycle.export_onto(run.by_digest, registry.absent(label), name=run.reference)


def _rebase(lifecycle: Lifecycle, registry: Registry, label: str) -> PhaseRun:
    run = registry.shared(run_index(*LINUX, generation=2), "run2")
    app = app_image(run_image(lifecycle.platform), api=lifecycle.api, run_image=run.reference)
    return lifecycle.rebase(registry.push(app, label), run_image=run)


Side = tuple[Lifecycle, Registry]
Action = Callable[[Lifecycle, Registry, str], PhaseRun]

_ACTIONS: Final[Mapping[str, Action]] = {"analyzer": _analyze, "exporter": _export, "rebaser": _rebase}


def measure(lifecycle: str, pairs: int) -> Iterator[Measured]:
    """Run each phase in pairs, one through the gateway and one without, and tell of the median of their ratios."""
    target = targets.parse(lifecycle)
    platform = host_platform()
    with (
        private_directory("bench") as directory,
        quick_store() as store,
        Gateway(store.address) as gateway,
        Client(store.address) as client,
    ):
        asked = Asked(target, target.programs[platform], OnHost(), directory, _DEADLINE)
        api = asked.newest().platform_apis[0]
        numbers = itertools.count()

        def new_directory() -> Path:
            path = directory / str(next(numbers))
            path.mkdir()
            return path

        def side(between: Gateway, name: str) -> Side:
            registry = Registry(client, between, f"bench/{name}", Shelf(client, f"bench/{name}"))
            return Lifecycle(target, platform, api, registry, between, new_directory, _DEADLINE), registry

        sides = (side(gateway, "through"), side(Bypassed(store.address), "bare"))
        for phase, action in _ACTIONS.items():
            yield _compare(f"{lifecycle}, {phase}", action, sides, pairs, store.description)


def _compare(of: str, action: Action, sides: tuple[Side, ...], pairs: int, store: str) -> Measured:
    seconds: tuple[list[float], ...] = ([], [])
    for number in range(-_WARM_UP, pairs):
        for place in (0, 1) if number % 2 else (1, 0):
            run = action(*sides[place], f"{action.__name__.strip('_')}{number + _WARM_UP}").succeeded()
            if number >= 0:
                seconds[place].append(run.finished.seconds)
    ratio = statistics.median(through / bare for through, bare in zip(*seconds, strict=True))
    through, bare = (statistics.median(side) * 1000 for side in seconds)
    return Measured(BUDGETS["gateway"], of, ratio, f"{through:.0f} ms, {bare:.0f} ms; {pairs} pairs; {store}")
