"""Programs that speak say what they were run as, images are started by a way that was proven, and nothing is left."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from fixtures.cleanup import sweep as leftovers
from fixtures.docker.engine import Engine
from fixtures.errors import EnvironmentMissing
from fixtures.execution.emulation import find_executor
from fixtures.observers.run_in_docker import InEngine
from fixtures.observers.run_program import CannotRunHere, FirstRunner, ProgramResult, Unpacked
from fixtures.oci.elf import MACHINES
from fixtures.oci.platforms import AMD64, ARM64, LINUX, Platform, host_platform
from fixtures.oci.programs import LONGEST, STATUS, ProbeProgram
from fixtures.oci.samples import run_image
from fixtures.registry.client import Client
from fixtures.registry.gateway import Gateway
from fixtures.registry.stores.embedded import EmbeddedStore
from fixtures.storage.registry import Registry
from fixtures.storage.scope import StorageScope
from fixtures.storage.stored_image import StoredImage
from suites.build.probe_programs import RUN_PROGRAM, of_run_image, old_base
from tests.support.engine import images_named, needed_engine

DEAD = f"{2**22 + 1}-1"
"""More than any pid of Linux (proc(5), pid_max)."""


@pytest.fixture
def registry() -> Iterator[StorageScope]:
    """A registry of this test's own."""
    with EmbeddedStore() as store, Gateway(store.address) as gateway, Client(store.address) as client:
        yield StorageScope(Registry(client, gateway, "shared"), "starting")


@pytest.fixture
def engine() -> Engine:
    """The Docker engine of this machine."""
    return needed_engine()


@pytest.mark.parametrize("platform", LINUX, ids=lambda platform: platform.slug)
def test_a_program_says_what_it_was_run_as(platform: Platform, tmp_path: Path) -> None:
    runner = find_executor(platform, tmp_path)
    if runner is None:
        pytest.skip(f"nothing here runs a program for {platform}")
    probe = ProbeProgram(platform.architecture, "a test")
    path = tmp_path / "program"
    path.write_bytes(probe.program)
    path.chmod(0o755)

    done = subprocess.run((*runner.prefix, path), capture_output=True, text=True, check=False)

    assert (done.stdout, done.stderr, done.returncode) == (f"{platform.architecture}: a test\n", "", STATUS)


def test_every_architecture_has_a_program_and_no_two_the_same() -> None:
    programs = {ProbeProgram(name, whose).program for name in MACHINES for whose in ("run image", "app")}

    assert len(programs) == 2 * len(MACHINES)
    assert {platform.architecture for platform in LINUX} <= set(MACHINES)
    with pytest.raises(ValueError, match="too long"):
        ProbeProgram("arm64", LONGEST * "x").program  # noqa: B018 - made when it is asked for


@dataclass(frozen=True)
class Pretended:
    """A way that says, whatever it is to start, that this came of it, or that there is no way."""

    started: ProgramResult | None = None

    def start(self, image: StoredImage, platform: Platform, paths: Sequence[str]) -> list[ProgramResult]:  # noqa: ARG002 - a Way
        """Say it."""
        if self.started is None:
            raise CannotRunHere("no engine")
        return [self.started for _ in paths]


def unpacked(directory: Path, **prefixes: tuple[str, ...]) -> Unpacked:
    """Give the way without containers for the platforms named by their architectures."""
    made = iter(range(100))

    def new_directory() -> Path:
        path = directory / f"{next(made)}"
        path.mkdir()
        return path

    return Unpacked({Platform("linux", name): prefix for name, prefix in prefixes.items()}, new_directory)


def test_an_image_is_started_by_the_first_way_that_is_proven(registry: StorageScope, tmp_path: Path) -> None:
    here = host_platform()
    image = registry.read(registry.place(old_base(here), "app"))
    lying = Pretended(ProgramResult("by a liar", "s390x: something", STATUS))
    runner = FirstRunner([Pretended(), lying, unpacked(tmp_path, **{here.architecture: ()})])

    result, missing = runner.start(registry, image, here, [RUN_PROGRAM, "run/nothing"])

    assert result.says(of_run_image(here, 1))
    assert not result.says(of_run_image(here, 2))
    assert (missing.status, missing.trouble) == (None, "the image has no file run/nothing")


def test_where_no_way_is_proven_nothing_is_said_of_the_image(registry: StorageScope, tmp_path: Path) -> None:
    image = registry.read(registry.place(old_base(ARM64), "app"))
    fails = Pretended(ProgramResult("by a broken engine", "", None, "exec format error"))
    runner = FirstRunner([Pretended(), fails, unpacked(tmp_path, amd64=())])

    with pytest.raises(
        EnvironmentMissing, match=r"linux/arm64 can be started.*no engine.*exec format error.*no program of that"
    ):
        runner.start(registry, image, ARM64, [RUN_PROGRAM])


@pytest.mark.parametrize("config", [AMD64, ARM64], ids=str)
def test_a_program_of_another_architecture_does_not_say_the_right_thing(
    registry: StorageScope, tmp_path: Path, config: Platform
) -> None:
    host = find_executor(config, tmp_path)
    if host is None:
        pytest.skip(f"nothing here runs a program for {config}")
    files = {RUN_PROGRAM: of_run_image(ARM64 if config == AMD64 else AMD64, 1).program}
    image = registry.read(registry.place(run_image(config, files=files), "app"))
    runner = FirstRunner([unpacked(tmp_path, **{config.architecture: host.prefix})])

    (started,) = runner.start(registry, image, config, [RUN_PROGRAM])

    assert not started.says(of_run_image(config, 1))


def left_in(engine: Engine, directory: Path, reference: str) -> list[str]:
    """Name what is left in the engine of a run with this directory."""
    things = engine.labeled(leftovers.DIRECTORY_LABEL)
    own = [thing.name for thing in things if thing.labels[leftovers.DIRECTORY_LABEL] == directory.name]
    return own + images_named(reference)


def test_the_engine_starts_what_it_pulled_and_keeps_nothing(
    registry: StorageScope, engine: Engine, tmp_path: Path
) -> None:
    here = host_platform()
    image = registry.read(registry.place(old_base(here), "app"))

    result, missing = InEngine(tmp_path).start(image, here, [RUN_PROGRAM, "run/nothing"])

    assert result.says(of_run_image(here, 1)), result
    assert (missing.line, missing.status) == ("", None)
    assert left_in(engine, tmp_path, image.reference) == []


def test_the_engine_is_not_asked_for_what_the_kernel_does_not_run(registry: StorageScope, tmp_path: Path) -> None:
    image = registry.read(registry.place(old_base(ARM64), "app"))

    with pytest.raises(CannotRunHere, match="no handler"):
        InEngine(tmp_path, [ARM64]).start(image, ARM64, [RUN_PROGRAM])
    assert list(tmp_path.iterdir()) == []


def test_what_the_engine_can_not_pull_is_not_the_images_fault(
    registry: StorageScope, engine: Engine, tmp_path: Path
) -> None:
    placed = registry.place(old_base(AMD64), "app")
    image = registry.read(placed)
    registry.remove(placed.ref)

    with pytest.raises(CannotRunHere, match=r"can't run .*not found"):
        InEngine(tmp_path).start(image, AMD64, [RUN_PROGRAM])
    assert left_in(engine, tmp_path, image.reference) == []


def test_an_interrupt_leaves_nothing_in_the_engine(
    registry: StorageScope, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("docker.api.client.APIClient.wait", interrupt)
    image = registry.read(registry.place(old_base(host_platform()), "app"))

    with pytest.raises(KeyboardInterrupt):
        InEngine(tmp_path).start(image, host_platform(), [RUN_PROGRAM])
    assert left_in(engine, tmp_path, image.reference) == []


def test_what_a_killed_run_left_in_the_engine_is_swept(
    registry: StorageScope, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    dead = tmp_path / f"{leftovers.PREFIX}{DEAD}-run-x"
    dead.mkdir()
    (dead / ".namespace").write_text(leftovers.namespace())
    image = registry.read(registry.place(old_base(host_platform()), "app"))
    with monkeypatch.context() as killed:
        killed.setattr(Engine, "remove_image", lambda *_: None)
        killed.setattr("docker.api.client.APIClient.remove_container", lambda *_, **__: None)
        InEngine(dead).start(image, host_platform(), [RUN_PROGRAM])
    assert len(left_in(engine, dead, image.reference)) == 2

    assert len(leftovers.sweep_images()) == 2

    assert left_in(engine, dead, image.reference) == []


def test_where_nothing_was_pulled_the_engine_is_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Engine, "from_environment", lambda: pytest.fail("the engine was asked"))

    assert leftovers.end_in_engine(tmp_path) == []
