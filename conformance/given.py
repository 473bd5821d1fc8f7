"""The fixtures that tests are given: `registry`, `lifecycle`, `build_platform`."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from conformance.options import Settings
from conformance.plan import Leg, Plan
from fixtures.lifecycle.phases import Lifecycle
from fixtures.platforms import Platform
from fixtures.registry.client import Client
from fixtures.registry.gateway import Gateway
from fixtures.registry.namespace import Registry, Shelf
from fixtures.registry.weather import Weather
from fixtures.starting import Start, Starter, Unpacked
from fixtures.starting_in_engine import InEngine

NOT_STARTED = "127.0.0.1:1"
"""Where the registry is said to be while tests are only collected."""


class Given:
    """What one worker has for its tests: a gateway and a client to the run's registry, shared images, a directory."""

    def __init__(self, plan: Plan, settings: Settings, worker: str) -> None:
        self.plan = plan
        self.executions = plan.executions()
        self.deadline = settings.deadline
        self.soak = settings.soak
        self.worker = worker
        self.directory = Path(plan.directory) / worker
        store = plan.store or NOT_STARTED
        self.gateway = Gateway(store)
        self.client = Client(store)
        # It differs from run to run, as the registry may be one that other runs use too.
        self.prefix = f"{short_name(plan.directory)}-{worker}"
        self.shelf = Shelf(self.client, self.prefix)
        self.started = 0
        self.in_engine = InEngine(
            Path(plan.directory), [platform for platform, prefix in plan.startable.items() if prefix]
        )
        self.starter = Starter([self.in_engine, Unpacked(plan.startable, self._directory_to_start_in)])
        self.controls: set[str] = set()

    def open(self) -> None:
        """Start the gateway."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self.gateway.start()

    def close(self) -> None:
        """Stop the gateway, and let go of the registry and of what the lifecycle was run in."""
        for execution in self.executions.values():
            execution.close()
        self.in_engine.close()
        self.gateway.stop()
        self.client.close()

    @pytest.fixture
    def registry(self, request: pytest.FixtureRequest) -> Iterator[Registry]:
        """The registry as this test sees it: a namespace of its own."""
        name = short_name(request.node.nodeid)
        registry = Registry(self.client, self.gateway, f"{self.prefix}/{name}", self.shelf)
        request.node.stash[REGISTRY] = registry
        self.gateway.weather = Weather(f"{self.soak} {request.node.nodeid}") if self.soak else None
        yield registry
        self.gateway.overlay.clear()
        self.gateway.faults.clear()
        # Items live as long as the session: what they hold on to would add up from case to case.
        del request.node.stash[REGISTRY]
        self.client.forget(registry.prefix)

    @pytest.fixture
    def lifecycle(self, request: pytest.FixtureRequest, registry: Registry) -> Iterator[Lifecycle]:
        """The lifecycle under test, on one leg."""
        leg: Leg = request.param
        directories: list[Path] = []

        def new_directory() -> Path:
            path = self.directory / f"{len(directories)}"
            path.mkdir()
            directories.append(path)
            return path

        lifecycle = Lifecycle(
            self.plan.target,
            leg.platform,
            leg.api,
            registry,
            self.gateway,
            new_directory,
            deadline=self.deadline,
            executions=self.executions,
            controls=self.controls,
        )
        request.node.stash[LIFECYCLE] = lifecycle
        yield lifecycle
        del request.node.stash[LIFECYCLE]
        for directory in directories:
            shutil.rmtree(directory, ignore_errors=True)

    @pytest.fixture
    def start(self, registry: Registry) -> Start:
        """What starts programs of an image of this test's registry."""
        return partial(self.starter.start, registry)

    def _directory_to_start_in(self) -> Path:
        self.started += 1
        path = self.directory / f"started-{self.started}"
        path.mkdir()
        return path

    @pytest.fixture
    def build_platform(self, lifecycle: Lifecycle) -> Platform:
        """The platform that the lifecycle runs as, and so builds for."""
        return lifecycle.platform


def short_name(text: str) -> str:
    """Give eight hexadecimal digits that stand for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


REGISTRY = pytest.StashKey[Registry]()
LIFECYCLE = pytest.StashKey[Lifecycle]()
