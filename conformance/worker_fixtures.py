"""The fixtures that tests are given: `storage`, `lifecycle`, `build_platform`, `release`."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from conformance.keep import KEPT, Keeping
from conformance.options import Settings
from conformance.plan import Plan
from conformance.sampling import ONE_IN
from conformance.selection import requirement_of, setting_of
from conformance.setting import Setting
from conformance.storages import OPENERS
from fixtures.artifacts.release import Release
from fixtures.cleanup.files import kind_of, make_directory
from fixtures.cleanup.removal import remove, restore
from fixtures.errors import MachineFailed
from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.lifecycle.patience import Patience
from fixtures.lifecycle.run import seconds_in
from fixtures.observers.run_entrypoint import StartApp, start_app
from fixtures.observers.run_in_docker import InEngine
from fixtures.observers.run_program import FirstRunner, Start, Unpacked
from fixtures.oci.platforms import Platform
from fixtures.storage.scope import StorageScope
from suites.generated.examples import Examples, Share

NOTED = "conformance-noted"
"""The user property under which travels from a worker to the reports what phases left behind: a text, a count."""


class WorkerFixtures:
    """What one worker has for its tests: a gateway and a client to the run's registry, shared images, a directory."""

    def __init__(self, plan: Plan, settings: Settings, worker: str) -> None:
        self.plan = plan
        self.settings = settings
        self.worker = worker
        self.directory = Path(plan.directory) / worker
        self.workspaces = Directories(self.directory / "workspaces", Path(plan.directory))
        self.installations = plan.open(self.workspaces.parent)
        # It differs from run to run, as the registry may be one that other runs use too.
        self.prefix = f"{short_name(plan.directory)}-{worker}"
        self.storages = {name: OPENERS[name](plan, settings, self.prefix) for name in plan.storages}
        self.in_engine = InEngine(
            Path(plan.directory), [platform for platform, prefix in plan.runnable.items() if prefix]
        )
        started = Directories(self.directory / "started", Path(plan.directory))
        self.runner = FirstRunner([self.in_engine, Unpacked(plan.runnable, started.new)])
        self.controls: set[str] = set()
        self.opened_release = plan.release.open(self.directory / "release", settings.deadline) if plan.release else None
        self.keeping = Keeping(plan, worker)
        self.patience = Patience(Path(plan.directory), settings.deadline)

    def open(self) -> None:
        """Have the storages ready."""
        self.directory.mkdir(parents=True, exist_ok=True)
        for opened in self.storages.values():
            opened.open()

    def close(self) -> None:
        """Let go of the storages, and of what the lifecycle was run in."""
        for installation in self.installations.values():
            installation.executor.close()
        self.in_engine.close()
        for opened in self.storages.values():
            opened.close()

    def scope(self, setting: Setting | None, name: str) -> StorageScope:
        """Give the part of a setting's storage that is below a name of this worker; of the first without a setting."""
        storage = setting.storage if setting else self.plan.storages[0]
        return StorageScope(self.storages[storage].storage, f"{self.prefix}/{name}")

    @pytest.fixture(name="storage")
    def storage_scope(self, request: pytest.FixtureRequest) -> Iterator[StorageScope]:
        """The storage as this test sees it: names of its own."""
        storage = self.scope(setting_of(request.node), short_name(request.node.nodeid))
        request.node.stash[STORAGE] = storage
        self.storages[storage.name].begin(request.node.nodeid)
        yield storage
        storage.close()
        # Items live as long as the session: what they hold on to would add up from case to case.
        del request.node.stash[STORAGE]

    @pytest.fixture
    def directories(self, request: pytest.FixtureRequest) -> Iterator[Directories]:
        """The directories of this test."""
        yield self.workspaces
        if KEPT in request.node.stash:
            self.workspaces.leave()
        self.workspaces.clear(of_all=True)

    @pytest.fixture
    def lifecycle(
        self, request: pytest.FixtureRequest, storage: StorageScope, directories: Directories
    ) -> Iterator[Lifecycle]:
        """The lifecycle under test, in one setting."""
        setting: Setting = request.param
        assert self.plan.target, "tests of a lifecycle are not collected without one"
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
        if (name := request.node.stash.get(KEPT, "")) and not self.keeping.keep(
            name, self.storages[storage.name], storage, lifecycle
        ):
            del request.node.stash[KEPT]
        request.node.user_properties += [(NOTED, [message, count]) for message, count in self._notes(lifecycle)]
        del request.node.stash[LIFECYCLE]

    def _notes(self, lifecycle: Lifecycle) -> Iterator[tuple[str, int]]:
        """Tell what phases left behind, as a text that follows a number, and the number."""
        yield from (
            (f"processes outlived the {phase}, and were ended", n) for phase, n in lifecycle.strays.items() if n
        )
        for opened in self.storages.values():
            yield from opened.notes()

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
        share = Share() if sampled else request.param
        examples = Examples(count, self.settings.seed, name, begin, self.directory / "examples", share)
        request.node.stash[EXAMPLES] = examples
        yield examples
        del request.node.stash[EXAMPLES]

    @pytest.fixture
    def start(self, storage: StorageScope) -> Start:
        """What starts programs of an image of this test's storage."""
        return partial(self.runner.start, storage)

    @pytest.fixture
    def release(self, request: pytest.FixtureRequest) -> Iterator[Release]:
        """The release under test."""
        assert self.opened_release, "tests of a release are not collected without one"
        self.opened_release.begin()
        request.node.stash[RELEASE] = self.opened_release
        yield self.opened_release
        del request.node.stash[RELEASE]

    @pytest.fixture
    def start_app(self) -> Iterator[StartApp]:
        """What starts an app image by its entrypoint."""
        unpacked = Directories(self.directory / "apps", Path(self.plan.directory))
        yield lambda image, platform: start_app(image, platform, self.plan.runnable, unpacked.new())
        unpacked.clear(of_all=True)

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

    def leave(self) -> None:
        """Have those that there are stay for good."""
        self._made.clear()

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
RELEASE = pytest.StashKey[Release]()
