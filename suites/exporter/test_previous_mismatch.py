"""The exporter alone, told of a previous image of another architecture than the run image's: it refuses."""

from __future__ import annotations

import pytest

from fixtures.images import Artifact, ImageSpec
from fixtures.lifecycle.phases import Lifecycle
from fixtures.lifecycle.run import PhaseRun
from fixtures.platforms import Platform
from fixtures.registry.namespace import Registry
from fixtures.worlds import metadata_of, run_image
from suites import requirement
from suites.shapes import ABSENT_SHAPES, Shape, previous_images


def export(
    lifecycle: Lifecycle, registry: Registry, previous_spec: Artifact, analyzed: ImageSpec, way: str = "digest"
) -> PhaseRun:
    """Export with a previous image, and the layer metadata of one that was analyzed."""
    base = registry.shared(run_image(lifecycle.platform), "run")
    previous = registry.shared(previous_spec, "earlier")
    return lifecycle.export_onto(
        base.by_digest,
        registry.absent(f"app-after-{previous.digest[-8:]}"),
        name=base.reference,
        previous=previous.by_digest if way == "digest" else previous.reference,
        metadata=metadata_of(analyzed),
    )


@requirement("exporter-previous-mismatch")
def test_single_previous_image(
    lifecycle: Lifecycle, registry: Registry, build_platform: Platform, foreign: Platform
) -> None:
    make = previous_images(lifecycle.api)
    export(lifecycle, registry, make(build_platform), make(build_platform)).control()

    run = export(lifecycle, registry, make(foreign), make(foreign))

    run.refused()


@requirement("exporter-previous-mismatch")
@pytest.mark.parametrize("shape", ABSENT_SHAPES, ids=str)
@pytest.mark.parametrize("way", ["tag", "digest"])
def test_previous_index_without_the_fitting_child(
    lifecycle: Lifecycle, registry: Registry, build_platform: Platform, shape: Shape, way: str
) -> None:
    make = previous_images(lifecycle.api, shape.flavour)
    export(lifecycle, registry, shape.index(make, build_platform), make(build_platform), way).control()
    index = shape.without(make, build_platform)

    run = export(lifecycle, registry, index, index.children[0], way)

    run.refused()
