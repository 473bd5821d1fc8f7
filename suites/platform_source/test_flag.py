"""A lifecycle that is told of the build platform with `-arch`: the flag decides, whatever the phase runs as."""

from __future__ import annotations

import pytest

from fixtures.lifecycle.lifecycle import UNTOLD, Lifecycle
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import run_image
from fixtures.storage.registry import Registry
from suites import expect, requirement
from suites.inputs.index_shapes import SHAPES, Shape, previous_images, run_images


@requirement("source-flag-analyzer")
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_analyzer_takes_the_children_it_is_told_of(
    lifecycle: Lifecycle, registry: Registry, foreign_architecture: Platform, shape: Shape
) -> None:
    index = shape.index(run_images(shape.flavour), foreign_architecture)
    earlier = shape.index(previous_images(lifecycle.api, shape.flavour), foreign_architecture)

    run = lifecycle.analyze(
        registry.absent("app"),
        run_image=registry.shared(index, "run"),
        previous=registry.shared(earlier, "earlier"),
        build_platform=foreign_architecture,
    )

    expect.succeeded(run)
    expect.recorded(run, index.child(foreign_architecture))
    child = earlier.child(foreign_architecture)
    expect.analyzed(run, child, *(sibling for sibling in earlier.children if sibling != child))


@requirement("source-flag-exporter")
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_exporter_takes_the_child_it_is_told_of(
    lifecycle: Lifecycle, registry: Registry, foreign_architecture: Platform, shape: Shape
) -> None:
    index = shape.index(run_images(shape.flavour), foreign_architecture)
    pushed = registry.shared(index, "run")
    app = registry.absent("app")

    run = lifecycle.export_onto(pushed.by_digest, app, name=pushed.reference, build_platform=foreign_architecture)

    expect.succeeded(run)
    expect.built_on(registry.read(app), index.child(foreign_architecture))


@requirement("source-flag-required")
@pytest.mark.parametrize("shape", [*SHAPES, Shape(0, 1)], ids=str)
def test_analyzer_refuses_a_previous_index_without_the_flag(
    lifecycle: Lifecycle, registry: Registry, build_platform: Platform, shape: Shape
) -> None:
    base = registry.shared(run_image(build_platform), "run")
    earlier = shape.index(previous_images(lifecycle.api, shape.flavour), build_platform)
    previous = registry.shared(earlier, "earlier")
    told = lifecycle.analyze(registry.absent("app"), run_image=base, previous=previous)
    with expect.positive_control():
        expect.analyzed(expect.succeeded(told), earlier.child(build_platform))

    run = lifecycle.analyze(registry.absent("app"), run_image=base, previous=previous, build_platform=UNTOLD)

    expect.refused(run)


@requirement("source-flag-exporter")
@pytest.mark.parametrize("shape", [*SHAPES, Shape(0, 1)], ids=str)
def test_exporter_refuses_a_previous_index_without_the_flag(
    lifecycle: Lifecycle, registry: Registry, build_platform: Platform, shape: Shape
) -> None:
    base = registry.shared(run_image(build_platform), "run")
    earlier = shape.index(previous_images(lifecycle.api, shape.flavour), build_platform)
    previous = registry.shared(earlier, "earlier").by_digest
    expect.control(
        lifecycle.export_onto(base.by_digest, registry.absent("told"), name=base.reference, previous=previous)
    )

    run = lifecycle.export_onto(
        base.by_digest, registry.absent("app"), name=base.reference, previous=previous, build_platform=UNTOLD
    )

    expect.refused(run)
