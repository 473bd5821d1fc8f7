"""Whole runs that start app images: every architecture is started or named, and an engine keeps nothing of a run."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from fixtures.cleanup import sweep as leftovers
from fixtures.docker.engine import Engine
from fixtures.oci.platforms import LINUX
from tests.support.engine import images_named, needed_engine
from tests.support.runs import EMBEDDED, NO_ENGINE, run_suite, started
from tests.support.sampled import but_few

STARTS = (*EMBEDDED, "--only", "build-app-starts")
PLACES = ["suites/build/test_app_starts.py"]


@pytest.fixture
def engine() -> Engine:
    """The Docker engine of this machine."""
    return needed_engine()


def test_what_can_not_be_started_is_named_and_not_green(tmp_path: Path) -> None:
    environment = {**NO_ENGINE, "PATH": str(tmp_path)}

    run = run_suite(tmp_path, *STARTS, places=PLACES, environment=environment)

    rebased = {case.id.partition("[")[2] for case in run.cases if "any_architecture" in case.id}
    started_here = {platform for platform in LINUX if any(name.startswith(platform.slug) for name in rebased)}
    named = " ".join(run.results["environment"]["notes"])
    assert started_here, run.output
    assert {platform for platform in LINUX if f"{platform}" in named} == set(LINUX) - started_here
    assert (run.verdict, run.status) == ("conformant", 0)


def wait_for_a_note(directory: Path) -> tuple[str, list[str]]:
    """Wait until a run notes what it is about to pull, and give the name of its private directory and the note."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        for note in directory.glob(f"{leftovers.PREFIX}*/.images"):
            if references := note.read_text().split():
                return note.parent.name, references
        time.sleep(0.01)
    pytest.fail("nothing was pulled")


@pytest.mark.parametrize("how", but_few(["terminate", "interrupt"]))
def test_a_run_that_is_stopped_leaves_nothing_in_the_engine(engine: Engine, tmp_path: Path, how: str) -> None:
    environment = {"DOCKER_HOST": engine.host}
    with started(tmp_path, *STARTS, "-n2", places=PLACES, environment=environment) as running:
        own, references = wait_for_a_note(tmp_path / "tmp")
        getattr(running, how)()
        running.end()

    repositories = [reference.rpartition(":")[0] for reference in references]
    assert [name for repository in repositories for name in images_named(repository)] == []
    labeled = [thing.labels[leftovers.DIRECTORY_LABEL] for thing in engine.labeled(leftovers.DIRECTORY_LABEL)]
    assert own not in labeled
