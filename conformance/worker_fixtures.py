"""The fixtures that tests are given: `storage`, `lifecycle`, `build_platform`."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from conformance.options import Settings
from conformance.plan import Plan
from conformance.sampling import ONE_IN
from conformance.selection import requirement_of
from conformance.setting import Setting
from fixtures.cleanup.files import kind_of, make_directory
from fixtures.cleanup.removal import remove, restore
from fixtures.errors import MachineFailed
from fixtures.lifecycle.lifecycle import Lifecycle, seconds_in
from fixtures.lifecycle.patience import Patience
from fixtures.observers.run_in_docker import InEngine
from fixtures.observers.run_program import FirstRunner, Start, Unpacked
from fixtures.oci.platforms import Platform
from fixtures.registry.chaos import Chaos
from fixtures.registry.client import Client
from fixtures.registry.gateway import Gateway
from fixtures.registry.ledger import Ledger
from fixtures.registry.retries import Retries
from fixtures.storage.registry import Registry
from fixtures.storage.scope import StorageScope
from suites.generated.examples import Examples

NOTED = "conformance-noted"
"""The user property under which travels from a worker to the reports what phases left behind: a text, a count."""

NOT_STARTED = "127.0.0.1:1"
"""Where the registry is said to be while tests are only collected."""


class WorkerFixtures:
    """What one worker has for its tests: a gateway and a client to the run's registry, shared images, a directory."""

    def __init__(self, plan: Plan, settings: Settings, worker: str) -> None:
        self.plan = plan
        self.settings = settings
        self.worker = worker
        self.directory = Path(plan.directory) / worker
        self.workspaces = Directories(self.directory / "workspaces", Path(plan.directory))
        self.installations = plan.open(self.workspaces.parent)
        store = plan.store or NOT_STARTED
        known, retries = Ledger(), Retries()
        self.gateway = Gateway(store, known, retries)
        self.client = Client(store, known, retries)
        # It differs from run to run, as the registry may be one that other runs use too.
        self.prefix = f"{short_name(plan.directory)}-{worker}"
        self.storage = Registry(self.client, self.gateway, self.prefix)
        self.in_engine = InEngine(
            Path(plan.directory), [platform for platform, prefix in plan.runnable.items() if prefix]
        )
        started = Directories(self.directory / "started", Path(plan.directory))
        self.runner = FirstRunner([self.in_engine, Unpacked(plan.runnable, started.new)])
        self.controls: set[str] = set()
        self.patience = Patience(Path(plan.directory), settings.deadline)

    def open(self) -> None:
        """Start the gateway."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self.gateway.start()

    def close(self) -> None:
        """Stop the gateway, and let go of the registry and of what the lifecycle was run in."""
        for installation in self.installations.values():
            installation.executor.close()
        self.in_engine.close()
        self.gateway.stop()
        self.client.close()

    @pytest.fixture(name="storage")
    def storage_scope(self, request: pytest.FixtureRequest) -> Iterator[StorageScope]:
        """The storage as this test sees it: names of its own."""
        storage = StorageScope(self.storage, f"{self.prefix}/{short_name(request.node.nodeid)}")
        request.node.stash[STORAGE] = storage
        self.gateway.chaos = Chaos(f"{self.settings.soak} {request.node.nodeid}") if self.settings.soak else None
        yield storage
        storage.close()
        # Items live as long as the session: what they hold on to would add up from case to case.
        del request.node.stash[STORAGE]

    @pytest.fixture
    def directories(self) -> Iterator[Directories]:
        """The directories of this test."""
        yield self.workspaces
        self.workspaces.clear(of_all=True)

    @pytest.fixture
    def lifecycle(
        self, request: pytest.FixtureRequest, storage: StorageScope, directories: Directories
    ) -> Iterator[Lifecycle]:
        """The lifecycle under test, in one setting."""
        setting: Setting = request.param
        lifecycle = Lifecycle(
            self.plan.target,
            setting.platform,
            setting.api,
            storage,
            directories.new,
            self.installations,
            deadline=self.settings.deadline,
            controls=self.controls,
            patience=self.patience,
        )
        request.node.stash[LIFECYCLE] = lifecycle
        yield lifecycle
        request.node.user_properties += [(NOTED, [message, count]) for message, count in self._notes(lifecycle)]
        del request.node.stash[LIFECYCLE]

    def _notes(self, lifecycle: Lifecycle) -> Iterator[tuple[str, int]]:
        """Tell what phases left behind, as a text that follows a number, and the number."""
        yield from (
            (f"processes outlived the {phase}, and were ended", n) for phase, n in lifecycle.strays.items() if n
        )
        late, self.gateway.late = self.gateway.late, 0
        if late:
            yield "requests to write came after the phase had ended, and were refused", late

    @pytest.fixture
    def examples(
        self, request: pytest.FixtureRequest, lifecycle: Lifecycle, storage: StorageScope, directories: Directories
    ) -> Iterator[Examples]:
        """The examples of a property: as many as were asked for, each a world of its own, in the same directories.

        Where the platform is judged by a sample, a part of them.
        """

        def begin() -> None:
            # What the test made before its first example is there for all of them.
            directories.mark()
            examples.lifecycle_seconds += seconds_in(lifecycle.runs)
            lifecycle.runs.clear()
            directories.clear()
            storage.begin_anew()

        # What they are drawn by stays where a module moves: a lifecycle is judged by the same ones before and after.
        name = f"{requirement_of(request.node)}/{request.node.originalname}"
        sampled = str(lifecycle.platform) == self.plan.sampled_platform
        count = -(-self.settings.examples // ONE_IN) if sampled else self.settings.examples
        examples = Examples(count, self.settings.seed, name, begin, self.directory / "examples")
        request.node.stash[EXAMPLES] = examples
        yield examples
        del request.node.stash[EXAMPLES]

    @pytest.fixture
    def start(self, storage: StorageScope) -> Start:
        """What starts programs of an image of this test's storage."""
        return partial(self.runner.start, storage)

    @pytest.fixture
    def build_platform(self, lifecycle: Lifecycle) -> Platform:
        """The platform that the lifecycle runs as, and so builds for."""
        return lifecycle.platform


class Directories:
    """Numbered directories below `parent`; no number is used twice.

    What phases do to `parent`, and to those between it and `base`, is undone before the next one is made.
    """

    def __init__(self, parent: Path, base: Path) -> None:
        self.parent = parent
        self._base = base
        self._numbers = itertools.count()
        self._made: list[Path] = []
        self._kept: int | None = None

    def new(self) -> Path:
        """Make another directory. Raises MachineFailed where none can be made."""
        try:
            restore(self.parent, self._base)
            path = next(path for number in self._numbers if kind_of(path := self.parent / f"{number}") is None)
            make_directory(path)
        except OSError as error:
            raise MachineFailed(f"no directory can be made in {self.parent}: {error}") from error
        self._made.append(path)
        return path

    def mark(self) -> None:
        """Keep those that there are when this is said for the first time."""
        self._kept = len(self._made) if self._kept is None else self._kept

    def clear(self, *, of_all: bool = False) -> None:
        """Remove the directories that are not kept, or all."""
        kept = 0 if of_all else self._kept or 0
        for path in self._made[kept:]:
            remove(path)
        del self._made[kept:]
        if of_all:
            self._kept = None


def short_name(text: str) -> str:
    """Give eight hexadecimal digits that stand for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


STORAGE = pytest.StashKey[StorageScope]()
LIFECYCLE = pytest.StashKey[Lifecycle]()
EXAMPLES = pytest.StashKey[Examples]()
