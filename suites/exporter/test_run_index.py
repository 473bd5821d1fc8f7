"""The exporter alone, told of a run image that is an index: it takes the fitting child."""

from __future__ import annotations

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.oci.platforms import Platform
from fixtures.storage.base import Naming
from fixtures.storage.scope import StorageScope
from suites import expect, requirement
from suites.inputs.index_shapes import SHAPES, VALID_VARIATIONS, MakeIndex, Shape, id_of, run_images, share_run_index


@requirement("exporter-run-index")
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("naming", [Naming.TAG, Naming.INDEX_DIGEST])
def test_fitting_child_is_taken(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, shape: Shape, naming: Naming
) -> None:
    placed, child = share_run_index(storage, shape, build_platform)
    app = storage.unused("app")

    run = lifecycle.export_onto(placed.named(naming, child), app, name=placed.ref)

    expect.succeeded(run)
    image = storage.read(app)
    expect.built_on(image, child)
    expect.names_run_image(storage, image, child)


@requirement("exporter-run-index")
@pytest.mark.parametrize("make_index", VALID_VARIATIONS, ids=id_of)
def test_fitting_child_of_a_less_usual_index(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, make_index: MakeIndex
) -> None:
    index = make_index(run_images(), build_platform)
    placed = storage.share(index, "run")
    app = storage.unused("app")

    run = lifecycle.export_onto(placed.pinned, app, name=placed.ref)

    expect.succeeded(run)
    expect.built_on(storage.read(app), index.child(build_platform))
