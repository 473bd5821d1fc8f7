"""The fixtures that tests are given: `registry`, `lifecycle`, `build_platform`."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from conformance.brief import ONE_IN
from conformance.options import Settings
from conformance.plan import Leg, Plan
from fixtures.examples import Examples
from fixtures.lifecycle.patience import Patience
from fixtures.lifecycle.phases import Lifecycle, seconds_in
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
        self.settings = settings
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
        self.patience = Patience(Path(plan.directory), settings.deadline)

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
        self.gateway.weather = Weather(f"{self.settings.soak} {request.node.nodeid}") if self.settings.soak else None
        yield registry
        self.gateway.overlay.clear()
        self.gateway.faults.clear()
        self.gateway.mounts = True
        # Items live as long as the session: what they hold on to would add up from case to case.
        del request.node.stash[REGISTRY]
        self.client.forget(registry.prefix)

    @pytest.fixture
    def directories(self) -> Iterator[Directories]:
        """The directories of this test."""
        directories = Directories(self.directory)
        yield directories
        directories.clear(of_all=True)

    @pytest.fixture
    def lifecycle(
        self, request: pytest.FixtureRequest, registry: Registry, directories: Directories
    ) -> Iterator[Lifecycle]:
        """The lifecycle under test, on one leg."""
        leg: Leg = request.param
        lifecycle = Lifecycle(
            self.plan.target,
            leg.platform,
            leg.api,
            registry,
            self.gateway,
            directories.new,
            deadline=self.settings.deadline,
            executions=self.executions,
            controls=self.controls,
            patience=self.patience,
        )
        request.node.stash[LIFECYCLE] = lifecycle
        yield lifecycle
        del request.node.stash[LIFECYCLE]

    @pytest.fixture
    def examples(
        self, request: pytest.FixtureRequest, lifecycle: Lifecycle, registry: Registry, directories: Directories
    ) -> Iterator[Examples]:
        """The examples of a property: as many as were asked for, each a world of its own, in the same directories.

        Where the platform is judged in brief, a part of them.
        """

        def begin() -> None:
            # What the test made before its first example is there for all of them.
            directories.mark()
            examples.lifecycle_seconds += seconds_in(lifecycle.runs)
            lifecycle.runs.clear()
            directories.clear()
            registry.begin_anew()

        name = request.node.nodeid.partition("[")[0]
        brief = str(lifecycle.platform) == self.plan.in_brief
        count = -(-self.settings.examples // ONE_IN) if brief else self.settings.examples
        examples = Examples(count, self.settings.seed, name, begin, self.directory / "examples")
        request.node.stash[EXAMPLES] = examples
        yield examples
        del request.node.stash[EXAMPLES]

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


class Directories:
    """Numbered directories below another one, the same numbers again once they are removed."""

    def __init__(self, parent: Path) -> None:
        self._parent = parent
        self._made: list[Path] = []
        self._kept: int | None = None

    def new(self) -> Path:
        """Make another directory."""
        path = self._parent / f"{len(self._made)}"
        path.mkdir()
        self._made.append(path)
        return path

    def mark(self) -> None:
        """Keep those that there are when this is said for the first time."""
        self._kept = len(self._made) if self._kept is None else self._kept

    def clear(self, *, of_all: bool = False) -> None:
        """Remove the directories that are not kept, or all."""
        kept = 0 if of_all else self._kept or 0
        for path in self._made[kept:]:
            shutil.rmtree(path, ignore_errors=True)
        del self._made[kept:]


def short_name(text: str) -> str:
    """Give eight hexadecimal digits that stand for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


REGISTRY = pytest.StashKey[Registry]()
LIFECYCLE = pytest.StashKey[Lifecycle]()
EXAMPLES = pytest.StashKey[Examples]()
