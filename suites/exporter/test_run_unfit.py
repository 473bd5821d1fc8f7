"""The exporter alone, told of a run image that does not fit the build platform: it refuses."""

from __future__ import annotations

import pytest

from fixtures.images import Artifact
from fixtures.lifecycle.phases import Lifecycle
from fixtures.lifecycle.run import PhaseRun
from fixtures.platforms import Platform
from fixtures.registry.namespace import Registry
from suites import requirement
from suites.shapes import ABSENT_SHAPES, Shape, run_images


def export(lifecycle: Lifecycle, registry: Registry, run_spec: Artifact, way: str) -> PhaseRun:
    """Export onto a run image that analyzed.toml names by tag or by digest."""
    pushed = registry.shared(run_spec, "run")
    app = registry.absent(f"app-on-{pushed.digest[-8:]}")
    return lifecycle.export_onto(pushed.reference if way == "tag" else pushed.by_digest, app, name=pushed.reference)


@requirement("exporter-run-absent")
@pytest.mark.parametrize("shape", ABSENT_SHAPES, ids=str)
@pytest.mark.parametrize("way", ["tag", "digest"])
def test_index_without_fitting_child_is_refused(
    lifecycle: Lifecycle, registry: Registry, build_platform: Platform, shape: Shape, way: str
) -> None:
    make = run_images(shape.flavour)
    export(lifecycle, registry, shape.index(make, build_platform), way).control()

    run = export(lifecycle, registry, shape.without(make, build_platform), way)

    run.refused()


@requirement("exporter-run-foreign")
@pytest.mark.parametrize("way", ["tag", "digest"])
def test_foreign_run_image_is_refused(
    lifecycle: Lifecycle, registry: Registry, build_platform: Platform, foreign: Platform, way: str
) -> None:
    make = run_images()
    export(lifecycle, registry, make(build_platform), way).control()

    run = export(lifecycle, registry, make(foreign), way)

    run.refused()
