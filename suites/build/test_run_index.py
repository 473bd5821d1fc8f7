"""A build on a run image that is an index: analyzer and exporter together end up on the fitting child."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fixtures.images import ImageSpec
from fixtures.lifecycle.phases import Lifecycle
from fixtures.platforms import Platform
from fixtures.registry.namespace import Registry
from fixtures.verdicts import NotApplicable
from fixtures.worlds import run_image
from suites import requirement
from suites.observe import built_on, names_run_image
from suites.shapes import SHAPES, WAYS, Shape, named, run_images


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

    build.succeeded()
    built_on(registry.read(app), child)
    names_run_image(registry.read(app), child)


@requirement("build-run-index")
def test_child_that_says_nothing_but_its_platform(
    lifecycle: Lifecycle, registry: Registry, build_platform: Platform
) -> None:
    """Labels, environment and history are optional (config.md), and a plain base image has none."""
    if not lifecycle.has_targets:
        raise NotApplicable("before Platform API 0.12 run images have to have the labels of stacks")

    def make(platform: Platform) -> ImageSpec:
        bare = (("Labels", None), ("Env", None))
        return replace(run_image(platform), config=bare, config_fields=(("history", None), ("created", None)))

    index = SHAPES[1].index(make, build_platform)
    app = registry.absent("app")

    build = lifecycle.build(app, run_image=registry.shared(index, "run"))

    build.succeeded()
    built_on(registry.read(app), index.child(build_platform))
