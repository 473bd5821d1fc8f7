"""Which child of an index an app is rebased onto: the one for the app image, whatever the rebaser runs as."""

from __future__ import annotations

from typing import Any

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.oci.media_types import MediaTypes
from fixtures.oci.platforms import AMD64, ARM64, ARM_V6, ARM_V7, Platform
from fixtures.oci.samples import app_image, attestation, index_of
from fixtures.storage.base import Naming, Placed
from fixtures.storage.scope import StorageScope
from suites import Needs, expect, requirement
from suites.inputs.app_on_run_image import Record, app_on_base, name_run_image, new_base, old_base
from suites.inputs.index_shapes import (
    APP_PLATFORMS,
    SHAPES,
    VALID_VARIATIONS,
    MakeIndex,
    Shape,
    id_of,
    others_than,
)


@requirement("rebaser-run-index")
@pytest.mark.parametrize("app_platform", APP_PLATFORMS, ids=lambda platform: platform.slug)
@pytest.mark.parametrize("naming", [Naming.TAG, Naming.INDEX_DIGEST])
def test_child_fits_the_app_image_not_the_host(
    lifecycle: Lifecycle, storage: StorageScope, app_platform: Platform, naming: Naming
) -> None:
    index = SHAPES[1].index(new_base, app_platform)
    scenario = app_on_base(lifecycle, storage, old_base(app_platform), index)

    run = scenario.rebase(naming=naming)

    expect.succeeded(run)
    expect.built_on(storage.read(scenario.app), index.child(app_platform))


@requirement("rebaser-run-index")
@pytest.mark.parametrize("app_platform", [AMD64, ARM64], ids=lambda platform: platform.slug)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_child_fits_in_every_shape(
    lifecycle: Lifecycle, storage: StorageScope, app_platform: Platform, shape: Shape
) -> None:
    index = shape.index(lambda platform: new_base(platform, media_types=shape.media_types), app_platform)
    scenario = app_on_base(lifecycle, storage, old_base(app_platform), index)

    run = scenario.rebase()

    expect.succeeded(run)
    expect.built_on(storage.read(scenario.app), index.child(app_platform))


@requirement("rebaser-run-index")
def test_child_fits_the_variant_of_the_app(lifecycle: Lifecycle, storage: StorageScope) -> None:
    """A child of a higher variant is no child for it: its programs need not run where the app does."""
    index = index_of(*map(new_base, (AMD64, ARM_V7, ARM_V6)))
    scenario = app_on_base(lifecycle, storage, old_base(ARM_V6), index)

    run = scenario.rebase()

    expect.succeeded(run)
    expect.built_on(storage.read(scenario.app), index.child(ARM_V6))


@requirement("rebaser-run-index")
@pytest.mark.parametrize("make_index", VALID_VARIATIONS, ids=id_of)
def test_child_of_a_less_usual_index(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, make_index: MakeIndex
) -> None:
    index = make_index(new_base, build_platform)
    scenario = app_on_base(lifecycle, storage, old_base(build_platform), index)

    run = scenario.rebase()

    expect.succeeded(run)
    expect.built_on(storage.read(scenario.app), index.child(build_platform))


@requirement("rebaser-run-index")
@pytest.mark.parametrize("app_platform", [AMD64, ARM64], ids=lambda platform: platform.slug)
def test_docker_app_on_docker_index_with_attestations(
    lifecycle: Lifecycle, storage: StorageScope, app_platform: Platform
) -> None:
    children = [new_base(platform, media_types=MediaTypes.DOCKER) for platform in APP_PLATFORMS[:4]]
    index = index_of(*(attestation(child) for child in children), *children)
    scenario = app_on_base(lifecycle, storage, old_base(app_platform), index, media_types=MediaTypes.DOCKER)

    run = scenario.rebase()

    expect.succeeded(run)
    expect.built_on(storage.read(scenario.app), index.child(app_platform))


@requirement("rebaser-run-index")
@pytest.mark.parametrize("app_platform", [AMD64, ARM64], ids=lambda platform: platform.slug)
def test_child_of_the_run_image_that_the_app_names(
    lifecycle: Lifecycle, storage: StorageScope, app_platform: Platform
) -> None:
    """No run image is given: it is the one that the app image's metadata names."""
    index = SHAPES[1].index(new_base, app_platform)
    scenario = app_on_base(lifecycle, storage, old_base(app_platform), index)

    run = lifecycle.rebase(scenario.app, run_image=None)

    expect.succeeded(run)
    expect.built_on(storage.read(scenario.app), index.child(app_platform))


def without_mirrors(metadata: dict[str, Any], run: Placed) -> None:
    """Let the metadata label say nothing of mirrors, as an exporter does that was told of none."""
    name_run_image(metadata, str(run.ref))


def without_layers(metadata: dict[str, Any], _: Placed) -> None:
    """Let the metadata label know of a buildpack that made no layer, and says nothing of layers."""
    metadata["buildpacks"].append({"key": "conformance/none", "version": "1"})


@requirement("rebaser-run-index")
@pytest.mark.parametrize("record", [without_mirrors, without_layers], ids=id_of)
@pytest.mark.parametrize("kind", ["single", "index"])
def test_app_of_which_less_is_recorded(lifecycle: Lifecycle, storage: StorageScope, record: Record, kind: str) -> None:
    spec = new_base(AMD64) if kind == "single" else SHAPES[0].index(new_base, AMD64)
    scenario = app_on_base(lifecycle, storage, old_base(AMD64), spec, record=record)

    run = scenario.rebase()

    expect.succeeded(run)
    expect.built_on(storage.read(scenario.app), new_base(AMD64))


@requirement("rebaser-run-index", since="0.11", needs=Needs(capabilities=frozenset({"previous-image"})))
@pytest.mark.parametrize(("app_platform", "other"), [(AMD64, ARM64), (ARM64, AMD64)], ids=["amd64-app", "arm64-app"])
def test_child_fits_the_previous_image_not_what_is_replaced(
    lifecycle: Lifecycle, storage: StorageScope, app_platform: Platform, other: Platform
) -> None:
    """The app image is named by -previous-image; the tag to be written holds one of another architecture."""
    index = SHAPES[1].index(new_base, app_platform)
    scenario = app_on_base(lifecycle, storage, old_base(app_platform), index)
    replaced = app_on_base(lifecycle, storage, old_base(other), index, name="replaced").app

    run = lifecycle.rebase(replaced, run_image=scenario.run, previous=scenario.app)

    expect.succeeded(run)
    expect.built_on(storage.read(replaced), index.child(app_platform))


@requirement("rebaser-app-index")
def test_app_image_is_one_of_several(lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform) -> None:
    """A rebase names one tag and speaks of one image: what else the tag led to was not named."""
    run_index = SHAPES[0].index(new_base, build_platform)
    placed = storage.share(run_index, "run")
    platforms = (build_platform, others_than(build_platform)[0])
    apps = [app_image(old_base(each), api=str(lifecycle.api), run_image=str(placed.ref)) for each in platforms]
    control = storage.place(apps[0], "control")
    expect.control(lifecycle.rebase(control, run_image=placed))
    tag = storage.place(index_of(*apps), "app")

    run = lifecycle.rebase(tag, run_image=placed)

    expect.proper_exit_status(run)
    expect.leads_to_several(storage, tag.ref)
