"""A build on a run image that is an index: analyzer and exporter together end up on the fitting child."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.oci.images import ImageSpec
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import run_image
from fixtures.storage.base import Naming, Ref
from fixtures.storage.scope import StorageScope
from suites import expect, requirement
from suites.inputs.index_shapes import SHAPES, Shape, run_images, share_run_index


@requirement("build-run-index")
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("naming", Naming)
def test_app_is_built_on_the_fitting_child(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, shape: Shape, naming: Naming
) -> None:
    placed, child = share_run_index(storage, shape, build_platform)
    app = storage.unused("app")

    build = lifecycle.build(app, run_image=placed.named(naming, child))

    expect.succeeded(build)
    image = storage.read(app)
    expect.built_on(image, child)
    expect.names_run_image(storage, image, child)


@requirement("build-run-index")
def test_digest_outranks_the_tag_before_it(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform
) -> None:
    """The run image is given as name:tag@digest, and its tag is by now that of a later one."""
    index = SHAPES[1].index(run_images(), build_platform)
    given = storage.place(index, "run")
    storage.place(SHAPES[1].index(run_images(generation=2), build_platform), "run")
    app = storage.unused("app")

    build = lifecycle.build(app, run_image=Ref(f"{given.ref}@{given.digest}"))

    expect.succeeded(build)
    expect.built_on(storage.read(app), index.child(build_platform))


BARE: dict[str, dict[str, Any]] = {
    "nothing": {"config": (("Labels", None), ("Env", None))},
    "null": {"config_fields": (("config", dict.fromkeys(("Labels", "Env", "Cmd", "Entrypoint", "Volumes"))),)},
    "no-config": {"config_fields": (("config", None),)},
}
"""How the config of an image says nothing of labels and environment."""


@requirement("build-run-index", since="0.12")
@pytest.mark.parametrize("bare", BARE.values(), ids=list(BARE))
def test_child_that_says_nothing_but_its_platform(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, bare: dict[str, Any]
) -> None:
    """Labels, environment and history are optional (config.md), and a plain base image has none.

    Before Platform API 0.12 run images have to have the labels of stacks.
    """

    def make(platform: Platform) -> ImageSpec:
        fields = (("history", None), ("created", None), *bare.get("config_fields", ()))
        return replace(run_image(platform), config=bare.get("config", ()), config_fields=fields)

    index = SHAPES[1].index(make, build_platform)
    app = storage.unused("app")

    build = lifecycle.build(app, run_image=storage.share(index, "run"))

    expect.succeeded(build)
    expect.built_on(storage.read(app), index.child(build_platform))
