"""Whole runs with a lifecycle image as the target: from every place one comes from, and what is left in the engine."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import pytest

from fixtures.execution.emulation import find_executor
from fixtures.lifecycle.targets.image import REPOSITORY
from fixtures.oci.elf import program
from fixtures.oci.platforms import AMD64, ARM64, Platform, host_platform
from fixtures.registry.client import Client
from fixtures.registry.stores.embedded import EmbeddedStore
from tests.runs.test_run import wait_until
from tests.support.engine import HERE, images_named
from tests.support.lifecycle_images import (
    containers_of,
    left_behind,
    lifecycle_image,
    lifecycle_index,
    needs_engine,
    waiting,
    write_layout,
)
from tests.support.runs import EMBEDDED, Run, Running, run_suite, started

pytestmark = needs_engine

BY_DEFAULT = {"CONFORMANCE_ARCH": None}
"""Every architecture that the target has and the machine runs."""

SOME = ("--only", "analyzer-previous-missing,rebaser-target-conflict")


def judge(directory: Path, *arguments: str, environment: Mapping[str, str | None] = MappingProxyType({})) -> Run:
    """Run the suite where the engine of these tests is the one that answers."""
    return run_suite(directory, *arguments, environment={**HERE, **environment})


@pytest.fixture
def runnable(tmp_path: Path) -> tuple[Platform, ...]:
    """Give the platforms that this machine can run, of two."""
    return tuple(platform for platform in (AMD64, ARM64) if find_executor(platform, tmp_path))


@pytest.fixture
def nothing_left() -> Iterator[None]:
    """See that nothing in the engine is left of a run: others may be under way, or may have been killed before."""
    before = left_behind()
    yield
    assert left_behind() - before == set()


def check_judged(run: Run, *platforms: Platform) -> None:
    """Check that each case was judged by a program that does nothing and succeeds."""
    assert (run.verdict, run.status) == ("nonconformant", 1), run.output
    assert {case.verdict for case in run.cases} <= {"fail", "untestable"}
    assert all("exited with status 0" in case.message for case in run.cases)
    assert {case["platform"] for case in run.results["cases"]} == {str(platform) for platform in platforms}
    ways = run.results["environment"]["architectures"].values()
    assert all(way.startswith("docker, ") for way in ways)


@pytest.mark.usefixtures("nothing_left")
@pytest.mark.parametrize("workers", ["0", "2"])
def test_image_in_an_oci_archive(workers: str, runnable: tuple[Platform, ...], tmp_path: Path) -> None:
    archive = write_layout(tmp_path / "lifecycle.tar", lifecycle_index(*(lifecycle_image(each) for each in runnable)))

    run = judge(
        tmp_path / "run", *EMBEDDED, "-n", workers, *SOME, "--lifecycle", f"image:{archive}", environment=BY_DEFAULT
    )

    check_judged(run, *runnable)
    assert run.results["lifecycle"]["target"] == f"image:{archive}"
    assert f"docker run --rm --network=host --platform={runnable[0]}" in run.output


@pytest.mark.skipif(shutil.which("docker") is None, reason="there is no docker command to run what is printed")
@pytest.mark.usefixtures("nothing_left")
def test_commands_of_a_kept_case_work_until_it_is_ended(tmp_path: Path) -> None:
    archive = write_layout(tmp_path / "lifecycle.tar", lifecycle_image(host_platform()))
    arguments = (*EMBEDDED, "-n", "0", *SOME, "--keep", "--lifecycle", f"image:{archive}")

    with started(tmp_path / "run", *arguments, environment=HERE) as running:
        assert isinstance(running, Running)
        output, _ = running.process.communicate(timeout=200)
    (keeper,) = re.findall(r"^kept until `kill (\d+)`", output, re.MULTILINE)
    (directory,) = (tmp_path / "run" / "tmp").glob("lac-*")
    try:
        lines = (directory / "kept" / "commands.txt").read_text().splitlines()
        (again, *_) = [line for line in lines if line.startswith("  docker run")]
        done = subprocess.run(again, shell=True, env={**os.environ, **HERE}, check=False)  # noqa: S602
        assert done.returncode == 0, "the engine has it, and it does nothing and succeeds"
        assert images_named(REPOSITORY)
    finally:
        os.kill(int(keeper), signal.SIGTERM)
    wait_until(lambda: not directory.exists())


@contextmanager
def registry_with(index: object) -> Iterator[str]:
    """Give the reference of a lifecycle image in a registry of its own."""
    with EmbeddedStore() as store, Client(store.address) as client:
        client.push(index, "some/lifecycle", "1.2.3")  # type: ignore[arg-type]
        yield f"{store.address}/some/lifecycle:1.2.3"


@pytest.mark.usefixtures("nothing_left")
def test_image_in_a_registry(runnable: tuple[Platform, ...], tmp_path: Path) -> None:
    with registry_with(lifecycle_index(*(lifecycle_image(each) for each in runnable))) as reference:
        run = judge(tmp_path / "run", *EMBEDDED, *SOME, "--lifecycle", f"image:{reference}", environment=BY_DEFAULT)

    check_judged(run, *runnable)


@pytest.mark.usefixtures("nothing_left")
def test_image_in_the_engine_stays_there(tmp_path: Path) -> None:
    import docker  # noqa: PLC0415 - only this test needs it

    engine = docker.from_env()
    with registry_with(lifecycle_image(host_platform())) as reference:
        engine.images.pull(reference)
        run = judge(tmp_path / "run", *EMBEDDED, *SOME, "--lifecycle", f"image:{reference}")
        assert reference in engine.images.get(reference).tags
        engine.images.remove(reference)
    engine.close()

    check_judged(run, host_platform())


@pytest.mark.usefixtures("nothing_left")
@pytest.mark.parametrize("user", ["root", "image"])
def test_phases_run_as_the_images_user_or_as_root(user: str, tmp_path: Path) -> None:
    archive = write_layout(tmp_path / "lifecycle.tar", lifecycle_image(host_platform(), user="cnb"))
    file = tmp_path / "mine.toml"
    file.write_text(f'target = "image:{archive}"\nuser = "{user}"\n')

    run = judge(tmp_path / "run", *EMBEDDED, *SOME, "--lifecycle", str(file))

    check_judged(run, host_platform())
    uid, gid = (0, 0) if user == "root" else (1234, 1000)
    assert all(f"--user={uid}:{gid}" in case.message for case in run.cases)
    assert all(f"-uid {uid} -gid {gid}" in case.message for case in run.cases)


@pytest.mark.usefixtures("nothing_left")
def test_phase_that_does_not_end_goes_with_its_container(tmp_path: Path) -> None:
    archive = write_layout(tmp_path / "lifecycle.tar", lifecycle_image(host_platform(), make=waiting))

    run = judge(
        tmp_path / "run", *EMBEDDED, "--deadline=0.3", "--lifecycle", f"image:{archive}", "--only=index-os", "-x"
    )

    # On a busy machine, nothing is held against who hardly ran in 0.3 s.
    assert run.status == int(pytest.ExitCode.INTERRUPTED) or run.verdict in ("nonconformant", "incomplete"), run.output
    assert any("did not end within 0.3 s" in case.message for case in run.cases)


@pytest.mark.usefixtures("nothing_left")
@pytest.mark.parametrize("workers", ["0", "2"])
def test_run_that_is_interrupted_leaves_nothing(workers: str, tmp_path: Path) -> None:
    archive = write_layout(tmp_path / "lifecycle.tar", lifecycle_image(host_platform(), make=waiting))
    arguments = (*EMBEDDED, "-n", workers, "--platform-api=0.15", "--lifecycle", f"image:{archive}", "--deadline=3")

    with started(tmp_path / "run", *arguments, environment=HERE) as running:
        wait_until(lambda: containers_of(running.process.pid) or running.process.poll() is not None)
        running.interrupt()
        running.end()


SCRIPT = b"#!/bin/sh\nexit 42\n"


@pytest.mark.usefixtures("nothing_left")
def test_script_of_another_architecture_needs_a_registered_emulator(tmp_path: Path) -> None:
    runner = find_executor(ARM64, tmp_path)
    if runner is None or not runner.prefix:
        pytest.skip("needs an emulator of arm64 that is called by its name")
    spec = lifecycle_index(lifecycle_image(AMD64), lifecycle_image(ARM64, make=lambda _: SCRIPT))
    archive = write_layout(tmp_path / "lifecycle.tar", spec)

    asked = judge(tmp_path / "1", *EMBEDDED, *SOME, "--arch=arm64", "--lifecycle", f"image:{archive}")
    default = judge(tmp_path / "2", *EMBEDDED, *SOME, "--lifecycle", f"image:{archive}", environment=BY_DEFAULT)

    assert (asked.status, "is a script" in asked.output) == (4, True), asked.output
    assert list(default.results["environment"]["architectures"]) == ["amd64"]
    assert "is a script" in default.results["environment"]["left_out"]["arm64"]


@pytest.mark.usefixtures("nothing_left")
def test_phase_that_an_image_lacks_is_not_run(tmp_path: Path) -> None:
    image = lifecycle_image(host_platform(), phases=("analyzer", "exporter"))
    archive = write_layout(tmp_path / "lifecycle.tar", image)

    run = judge(tmp_path / "run", *EMBEDDED, *SOME, "--lifecycle", f"image:{archive}")

    assert run.verdicts()["rebaser-target-conflict"] == "not-run"
    rebased = [case for case in run.cases if case.requirement == "rebaser-target-conflict"]
    assert {case.message for case in rebased} == {"the target has no rebaser"}


MISTAKES = {
    "no-such-image": (None, ("no such image in the engine", "127.0.0.1:1/no/such")),
    "no-program": (lifecycle_image(host_platform(), phases=()), ("it has no program /cnb/lifecycle/analyzer",)),
    "programs-of-another-machine": (
        lifecycle_image(host_platform(), make=lambda _: program("s390x")),
        ("/cnb/lifecycle/analyzer in it is for linux/s390x",),
    ),
}


@pytest.mark.usefixtures("nothing_left")
@pytest.mark.parametrize("mistake", list(MISTAKES))
def test_image_that_can_not_be_judged_is_wrong_usage(mistake: str, tmp_path: Path) -> None:
    spec, named = MISTAKES[mistake]
    where = write_layout(tmp_path / "lifecycle.tar", spec) if spec else "127.0.0.1:1/no/such"

    run = judge(tmp_path / "run", *EMBEDDED, *SOME, "--lifecycle", f"image:{where}")

    assert run.status == 4, run.output
    assert [word for word in named if word not in run.output] == []
    assert "Traceback" not in run.output
