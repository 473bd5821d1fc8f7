"""A lifecycle whose detector records the build platform for the phases that follow, whatever they run as."""

from __future__ import annotations

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.oci.platforms import Platform
from fixtures.storage.scope import StorageScope
from suites import expect, requirement
from suites.expect.outcomes import NotRun
from suites.inputs.index_shapes import SHAPES, Shape, previous_images, run_images


def build_environments(lifecycle: Lifecycle) -> tuple[Platform, ...]:
    """Give the platforms that the detector can run as beside the one of the other phases."""
    if not lifecycle.other_platforms:
        raise NotRun("this needs the lifecycle's programs for two architectures that this machine can run")
    return lifecycle.other_platforms


@requirement("source-recorded-analyzer")
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_analyzer_goes_by_the_detectors_environment(lifecycle: Lifecycle, storage: StorageScope, shape: Shape) -> None:
    for environment in build_environments(lifecycle):
        index = shape.index(run_images(shape.media_types), environment)
        earlier = shape.index(previous_images(lifecycle.api, shape.media_types), environment)

        run = lifecycle.analyze(
            storage.unused("app"),
            run_image=storage.share(index, "run"),
            previous=storage.share(earlier, "earlier"),
            build_platform=environment,
        )

        expect.succeeded(run)
        expect.recorded(run, index.child(environment))
        expect.analyzed(run, earlier.child(environment))


@requirement("source-recorded-analyzer")
def test_later_detection_replaces_an_earlier_one(lifecycle: Lifecycle, storage: StorageScope) -> None:
    """Platforms use a volume of layers again."""
    index = SHAPES[2].index(run_images(), lifecycle.platform)
    placed = storage.share(index, "run")
    for environment in build_environments(lifecycle):
        space = lifecycle.workspace()
        expect.control(lifecycle.analyze(storage.unused("app"), run_image=placed, workspace=space))

        run = lifecycle.analyze(storage.unused("app"), run_image=placed, workspace=space, build_platform=environment)

        expect.succeeded(run)
        expect.recorded(run, index.child(environment))


@requirement("source-recorded-exporter")
def test_exporter_after_the_analyzer(lifecycle: Lifecycle, storage: StorageScope) -> None:
    """What the detector recorded is there for both."""
    for environment in build_environments(lifecycle):
        index = SHAPES[2].index(run_images(), environment)
        placed = storage.share(index, "run")
        app, space = storage.unused(f"app-{environment.slug}"), lifecycle.workspace()
        space.offer_run_images(placed.ref)
        expect.succeeded(lifecycle.analyze(app, run_image=placed, workspace=space, build_platform=environment))

        run = lifecycle.export(app, workspace=space, build_platform=environment)

        expect.succeeded(run)
        expect.built_on(storage.read(app), index.child(environment))


@requirement("source-recorded-exporter")
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_exporter_goes_by_the_detectors_environment(lifecycle: Lifecycle, storage: StorageScope, shape: Shape) -> None:
    for environment in build_environments(lifecycle):
        index = shape.index(run_images(shape.media_types), environment)
        placed = storage.share(index, "run")
        app = storage.unused(f"app-{environment.slug}")

        run = lifecycle.export_onto(placed.pinned, app, name=placed.ref, build_platform=environment)

        expect.succeeded(run)
        expect.built_on(storage.read(app), index.child(environment))
