"""A lifecycle that is told of the build platform with `-arch`: the flag decides, whatever the phase runs as."""

from __future__ import annotations

import pytest

from fixtures.lifecycle.lifecycle import UNANNOUNCED, Lifecycle
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import run_image
from fixtures.storage.scope import StorageScope
from suites import expect, requirement
from suites.inputs.index_shapes import SHAPES, Shape, previous_images, run_images, share_run_index


@requirement("source-flag-analyzer")
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_analyzer_takes_the_children_it_is_told_of(
    lifecycle: Lifecycle, storage: StorageScope, foreign_architecture: Platform, shape: Shape
) -> None:
    index = shape.index(run_images(shape.media_types), foreign_architecture)
    earlier = shape.index(previous_images(lifecycle.api, shape.media_types), foreign_architecture)

    run = lifecycle.analyze(
        storage.unused("app"),
        run_image=storage.share(index, "run"),
        previous=storage.share(earlier, "earlier"),
        build_platform=foreign_architecture,
    )

    expect.succeeded(run)
    expect.recorded(run, index.child(foreign_architecture))
    child = earlier.child(foreign_architecture)
    expect.analyzed(run, child, *(sibling for sibling in earlier.children if sibling != child))


@requirement("source-flag-exporter")
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_exporter_takes_the_child_it_is_told_of(
    lifecycle: Lifecycle, storage: StorageScope, foreign_architecture: Platform, shape: Shape
) -> None:
    placed, child = share_run_index(storage, shape, foreign_architecture)
    app = storage.unused("app")

    run = lifecycle.export_onto(placed.pinned, app, name=placed.ref, build_platform=foreign_architecture)

    expect.succeeded(run)
    expect.built_on(storage.read(app), child)


@requirement("source-flag-required")
@pytest.mark.parametrize("shape", [*SHAPES, Shape(0, 1)], ids=str)
def test_analyzer_refuses_a_previous_index_without_the_flag(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, shape: Shape
) -> None:
    base = storage.share(run_image(build_platform), "run")
    earlier = shape.index(previous_images(lifecycle.api, shape.media_types), build_platform)
    previous = storage.share(earlier, "earlier")
    text = lifecycle.analyze(storage.unused("app"), run_image=base, previous=previous)
    with expect.positive_control():
        expect.analyzed(expect.succeeded(text), earlier.child(build_platform))

    run = lifecycle.analyze(storage.unused("app"), run_image=base, previous=previous, build_platform=UNANNOUNCED)

    expect.refused(run)


@requirement("source-flag-exporter")
@pytest.mark.parametrize("shape", [*SHAPES, Shape(0, 1)], ids=str)
def test_exporter_refuses_a_previous_index_without_the_flag(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, shape: Shape
) -> None:
    base = storage.share(run_image(build_platform), "run")
    earlier = shape.index(previous_images(lifecycle.api, shape.media_types), build_platform)
    previous = storage.share(earlier, "earlier").pinned
    expect.control(lifecycle.export_onto(base.pinned, storage.unused("told"), name=base.ref, previous=previous))

    run = lifecycle.export_onto(
        base.pinned, storage.unused("app"), name=base.ref, previous=previous, build_platform=UNANNOUNCED
    )

    expect.refused(run)
