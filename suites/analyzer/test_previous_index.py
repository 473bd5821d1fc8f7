"""Which child of a previous image that is an index is analyzed."""

from __future__ import annotations

import json

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.oci.images import ImageSpec
from fixtures.oci.labels import LIFECYCLE_METADATA
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import run_image, with_label
from fixtures.storage.base import Naming
from fixtures.storage.scope import StorageScope
from suites import expect, requirement
from suites.inputs.index_shapes import SHAPES, VALID_VARIATIONS, MakeIndex, Shape, id_of, previous_images


@requirement("analyzer-previous-index")
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("naming", Naming)
def test_fitting_child_is_analyzed(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, shape: Shape, naming: Naming
) -> None:
    index = shape.index(previous_images(lifecycle.api, shape.media_types), build_platform)
    child = index.child(build_platform)
    previous = storage.share(index, "app")
    base = storage.share(run_image(build_platform), "run")

    run = lifecycle.analyze(storage.unused("new"), run_image=base, previous=previous.named(naming, child))

    expect.succeeded(run)
    expect.analyzed(run, child, *(sibling for sibling in index.children if sibling != child))


@requirement("analyzer-previous-index")
@pytest.mark.parametrize("make_index", VALID_VARIATIONS, ids=id_of)
def test_fitting_child_of_a_less_usual_index(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, make_index: MakeIndex
) -> None:
    index = make_index(previous_images(lifecycle.api), build_platform)
    base = storage.share(run_image(build_platform), "run")

    run = lifecycle.analyze(storage.unused("new"), run_image=base, previous=storage.share(index, "app"))

    expect.succeeded(run)
    expect.analyzed(run, index.child(build_platform))


@requirement("analyzer-previous-index")
def test_metadata_that_toml_has_to_quote(lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform) -> None:
    """Names of layers may hold dots, and their data whatever JSON can say."""
    values = {"version": "3.11", "said": 'Größe 世界 🐍 "x" \\ \t'}

    def make(platform: Platform) -> ImageSpec:
        image = previous_images(lifecycle.api)(platform)
        label = json.loads(dict(image.labels)[LIFECYCLE_METADATA])
        (buildpack,) = label["buildpacks"]
        buildpack["layers"]["python3.11"] = {**buildpack["layers"]["dependency"], "data": values}
        return with_label(image, LIFECYCLE_METADATA, json.dumps(label))

    index = SHAPES[1].index(make, build_platform)
    base = storage.share(run_image(build_platform), "run")

    run = lifecycle.analyze(storage.unused("new"), run_image=base, previous=storage.share(index, "app"))

    expect.succeeded(run)
    expect.analyzed(run, index.child(build_platform))
    names = [name for each in run.analyzed.buildpacks for name in each["layers"]]
    expect.same("the names of the layers", sorted(names), ["dependency", "python3.11"])
    missing = set(values.values()) - run.analyzed.metadata_texts
    expect.holds(not missing, "the data of the layers", f"[metadata] without {missing}")


@requirement("analyzer-previous-index")
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_fitting_child_under_the_tag_to_be_written(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, shape: Shape
) -> None:
    index = shape.index(previous_images(lifecycle.api, shape.media_types), build_platform)
    child = index.child(build_platform)
    app = storage.place(index, "app")
    base = storage.share(run_image(build_platform), "run")

    run = lifecycle.analyze(app, run_image=base)

    expect.succeeded(run)
    expect.analyzed(run, child, *(sibling for sibling in index.children if sibling != child))
