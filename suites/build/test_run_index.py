"""A build on a run image that is an index: analyzer and exporter together end up on the fitting child."""

from __future__ import annotations

import pytest

from fixtures.lifecycle.phases import Lifecycle
from fixtures.platforms import Platform
from fixtures.registry.namespace import Registry
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
