"""A build on a run image that is an index: analyzer and exporter together end up on the fitting child."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.oci.images import ImageSpec
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import run_image
from fixtures.storage.registry import Registry
from suites import expect, requirement
from suites.inputs.index_shapes import SHAPES, WAYS, Shape, named, run_images


@requirement("build-run-index")
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("way", WAYS)
def test_app_is_built_on_the_fitting_child(
    lifecycle: Lifecycle, registry: Registry, build_platform: Platform, shape: Shape, way: str
) -> None:
    index = shape.index(run_images(shape.flavour), build_platform)
    child = index.child(build_platform)
    pushed = registry.shared(index, "run")
    app = registry.absent("app")

    build = lifecycle.build(app, run_image=named(pushed, way, child))

    expect.succeeded(build)
    image = registry.read(app)
    expect.built_on(image, child)
    expect.names_run_image(registry, image, child)


@requirement("build-run-index")
def test_digest_outranks_the_tag_before_it(lifecycle: Lifecycle, registry: Registry, build_platform: Platform) -> None:
    """The run image is given as name:tag@digest, and its tag is by now that of a later one."""
    index = SHAPES[1].index(run_images(), build_platform)
    given = registry.push(index, "run")
    registry.push(SHAPES[1].index(run_images(generation=2), build_platform), "run")
    app = registry.absent("app")

    build = lifecycle.build(app, run_image=f"{given.reference}@{given.digest}")

    expect.succeeded(build)
    expect.built_on(registry.read(app), index.child(build_platform))


BARE: dict[str, dict[str, Any]] = {
    "nothing": {"config": (("Labels", None), ("Env", None))},
    "null": {"config_fields": (("config", dict.fromkeys(("Labels", "Env", "Cmd", "Entrypoint", "Volumes"))),)},
    "no-config": {"config_fields": (("config", None),)},
}
"""How the config of an image says nothing of labels and environment."""


@requirement("build-run-index", since="0.12")
@pytest.mark.parametrize("bare", BARE.values(), ids=list(BARE))
def test_child_that_says_nothing_but_its_platform(
    lifecycle: Lifecycle, registry: Registry, build_platform: Platform, bare: dict[str, Any]
) -> None:
    """Labels, environment and history are optional (config.md), and a plain base image has none.

    Before Platform API 0.12 run images have to have the labels of stacks.
    """

    def make(platform: Platform) -> ImageSpec:
        fields = (("history", None), ("created", None), *bare.get("config_fields", ()))
        return replace(run_image(platform), config=bare.get("config", ()), config_fields=fields)

    index = SHAPES[1].index(make, build_platform)
    app = registry.absent("app")

    build = lifecycle.build(app, run_image=registry.shared(index, "run"))

    expect.succeeded(build)
    expect.built_on(registry.read(app), index.child(build_platform))
