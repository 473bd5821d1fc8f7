"""The exporter alone, told of a run image that is an index: it takes the fitting child."""

from __future__ import annotations

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.oci.platforms import Platform
from fixtures.storage.registry import Registry
from suites import expect, requirement
from suites.inputs.index_shapes import LESS_USUAL, SHAPES, MakeIndex, Shape, id_of, named, run_images


@requirement("exporter-run-index")
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("way", ["tag", "index-digest"])
def test_fitting_child_is_taken(
    lifecycle: Lifecycle, registry: Registry, build_platform: Platform, shape: Shape, way: str
) -> None:
    index = shape.index(run_images(shape.flavour), build_platform)
    child = index.child(build_platform)
    pushed = registry.shared(index, "run")
    app = registry.absent("app")

    run = lifecycle.export_onto(named(pushed, way, child), app, name=pushed.reference)

    expect.succeeded(run)
    image = registry.read(app)
    expect.built_on(image, child)
    expect.names_run_image(registry, image, child)


@requirement("exporter-run-index")
@pytest.mark.parametrize("make_index", LESS_USUAL, ids=id_of)
def test_fitting_child_of_a_less_usual_index(
    lifecycle: Lifecycle, registry: Registry, build_platform: Platform, make_index: MakeIndex
) -> None:
    index = make_index(run_images(), build_platform)
    pushed = registry.shared(index, "run")
    app = registry.absent("app")

    run = lifecycle.export_onto(pushed.by_digest, app, name=pushed.reference)

    expect.succeeded(run)
    expect.built_on(registry.read(app), index.child(build_platform))
