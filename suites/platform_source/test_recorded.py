"""A lifecycle whose detector records the build platform for the phases that follow, whatever they run as."""

from __future__ import annotations

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.oci.platforms import Platform
from fixtures.storage.registry import Registry
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
def test_analyzer_goes_by_the_detectors_environment(lifecycle: Lifecycle, registry: Registry, shape: Shape) -> None:
    for environment in build_environments(lifecycle):
        index = shape.index(run_images(shape.flavour), environment)
        earlier = shape.index(previous_images(lifecycle.api, shape.flavour), environment)

        run = lifecycle.analyze(
            registry.absent("app"),
            run_image=registry.shared(index, "run"),
            previous=registry.shared(earlier, "earlier"),
            build_platform=environment,
        )

        expect.succeeded(run)
        expect.recorded(run, index.child(environment))
        expect.analyzed(run, earlier.child(environment))


@requirement("source-recorded-analyzer")
def test_later_detection_replaces_an_earlier_one(lifecycle: Lifecycle, registry: Registry) -> None:
    """Platforms use a volume of layers again."""
    index = SHAPES[2].index(run_images(), lifecycle.platform)
    pushed = registry.shared(index, "run")
    for environment in build_environments(lifecycle):
        space = lifecycle.workspace()
        expect.control(lifecycle.analyze(registry.absent("app"), run_image=pushed, workspace=space))

        run = lifecycle.analyze(registry.absent("app"), run_image=pushed, workspace=space, build_platform=environment)

        expect.succeeded(run)
        expect.recorded(run, index.child(environment))


@requirement("source-recorded-exporter")
def test_exporter_after_the_analyzer(lifecycle: Lifecycle, registry: Registry) -> None:
    """What the detector recorded is there for both."""
    for environment in build_environments(lifecycle):
        index = SHAPES[2].index(run_images(), environment)
        pushed = registry.shared(index, "run")
        app, space = registry.absent(f"app-{environment.slug}"), lifecycle.workspace()
        space.offer_run_images(pushed.reference)
        expect.succeeded(lifecycle.analyze(app, run_image=pushed, workspace=space, build_platform=environment))

        run = lifecycle.export(app, workspace=space, build_platform=environment)

        expect.succeeded(run)
        expect.built_on(registry.read(app), index.child(environment))


@requirement("source-recorded-exporter")
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_exporter_goes_by_the_detectors_environment(lifecycle: Lifecycle, registry: Registry, shape: Shape) -> None:
    for environment in build_environments(lifecycle):
        index = shape.index(run_images(shape.flavour), environment)
        pushed = registry.shared(index, "run")
        app = registry.absent(f"app-{environment.slug}")

        run = lifecycle.export_onto(pushed.by_digest, app, name=pushed.reference, build_platform=environment)

        expect.succeeded(run)
        expect.built_on(registry.read(app), index.child(environment))
