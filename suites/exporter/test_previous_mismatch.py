"""The exporter alone, told of a previous image of another architecture than the run image's.

It refuses; a requirement may ask instead that it goes on as if there were no previous image.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.lifecycle.run import PhaseRun
from fixtures.oci.images import Artifact, ImageSpec
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import attestation, index_of, metadata_of, run_image
from fixtures.storage.scope import StorageScope
from suites import expect, requirement
from suites.inputs.index_shapes import (
    ABSENT_SHAPES,
    SHAPES,
    Shape,
    contradicting_variants,
    others_than,
    previous_images,
)


def refused(_registry: StorageScope, run: PhaseRun, *_images: ImageSpec) -> None:
    """Raise NonConforming unless the exporter refused, whatever the images."""
    expect.refused(run)


OUTCOMES: Mapping[str, Callable[..., None]] = {"refused": refused, "as-absent": expect.exported_as_absent}
OUTCOMES_OF_A_KEPT_LAYER: Mapping[str, Callable[..., None]] = {"refused": refused, "as-absent": expect.nothing_taken}
"""Without a previous image there is nothing to take a layer from that a buildpack kept: to refuse is as good then."""


def export(
    lifecycle: Lifecycle,
    storage: StorageScope,
    previous_spec: Artifact,
    analyzed: ImageSpec | None,
    naming: str = "digest",
    **more: Any,
) -> PhaseRun:
    """Export with a previous image, and the layer metadata of one that was analyzed."""
    base = storage.share(run_image(lifecycle.platform), "run")
    previous = storage.share(previous_spec, "earlier")
    return lifecycle.export_onto(
        base.pinned,
        storage.unused(f"app-after-{previous.digest[-8:]}"),
        name=base.ref,
        previous=previous.pinned if naming == "digest" else previous.ref,
        metadata=metadata_of(analyzed) if analyzed else None,
        **more,
    )


@requirement("exporter-previous-mismatch")
def test_single_previous_image(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, foreign: Platform, outcome: str
) -> None:
    make = previous_images(lifecycle.api)
    expect.control(export(lifecycle, storage, make(build_platform), make(build_platform)))

    run = export(lifecycle, storage, make(foreign), make(foreign))

    OUTCOMES[outcome](storage, run, make(foreign))


@requirement("exporter-previous-mismatch")
def test_single_previous_image_without_layer_metadata(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, outcome: str
) -> None:
    make, foreign = previous_images(lifecycle.api), others_than(build_platform)[0]
    expect.control(export(lifecycle, storage, make(build_platform), None))

    run = export(lifecycle, storage, make(foreign), None)

    OUTCOMES[outcome](storage, run, make(foreign))


@requirement("exporter-previous-mismatch")
def test_digest_of_an_image_whose_tag_is_a_fitting_one_by_now(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, outcome: str
) -> None:
    make, foreign = previous_images(lifecycle.api), others_than(build_platform)[0]
    expect.control(export(lifecycle, storage, make(build_platform), make(build_platform)))
    base, named = storage.share(run_image(build_platform), "run"), storage.place(make(foreign), "app")
    app = storage.place(make(build_platform), "app")

    run = lifecycle.export_onto(
        base.pinned,
        app,
        name=base.ref,
        previous=named.pinned,
        metadata=metadata_of(make(foreign)),
    )

    OUTCOMES[outcome](storage, run, make(foreign))


@requirement("exporter-previous-mismatch")
def test_previous_index_of_an_attestation_alone(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, outcome: str
) -> None:
    make = previous_images(lifecycle.api)
    proof = attestation(make(build_platform))
    expect.control(export(lifecycle, storage, index_of(make(build_platform), proof), make(build_platform)))

    run = export(lifecycle, storage, index_of(proof), make(build_platform))

    OUTCOMES[outcome](storage, run, make(build_platform))


@requirement("exporter-previous-mismatch")
def test_single_previous_image_with_a_layer_that_a_buildpack_kept(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, outcome: str
) -> None:
    make, foreign = previous_images(lifecycle.api), others_than(build_platform)[0]
    expect.control(export(lifecycle, storage, make(build_platform), make(build_platform), keep_layer=True))

    run = export(lifecycle, storage, make(foreign), make(foreign), keep_layer=True)

    OUTCOMES_OF_A_KEPT_LAYER[outcome](storage, run, make(foreign))


@requirement("exporter-previous-mismatch")
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_kept_layer_comes_from_the_fitting_child(
    lifecycle: Lifecycle,
    storage: StorageScope,
    build_platform: Platform,
    shape: Shape,
    outcome: str,  # noqa: ARG001 - the same whatever is to become of a mismatch: there is none
) -> None:
    """That previous and run image differ is for the child to say that fits, wherever it stands in the index."""
    index = shape.index(previous_images(lifecycle.api, shape.media_types), build_platform)
    child = index.child(build_platform)

    run = export(lifecycle, storage, index, child, keep_layer=True)

    expect.succeeded(run)
    kept = child.diff_ids[-4]
    expect.holds(
        kept in expect.written(storage, run).diff_ids,
        f"the layer {kept} of the previous image",
        "it is not in the app image",
    )


@requirement("exporter-previous-mismatch")
@pytest.mark.parametrize("shape", ABSENT_SHAPES, ids=str)
@pytest.mark.parametrize("naming", ["tag", "digest"])
def test_previous_index_without_the_fitting_child(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, shape: Shape, naming: str, outcome: str
) -> None:
    make = previous_images(lifecycle.api, shape.media_types)
    expect.control(export(lifecycle, storage, shape.index(make, build_platform), make(build_platform), naming))
    index = shape.without(make, build_platform)

    run = export(lifecycle, storage, index, index.children[0], naming)

    OUTCOMES[outcome](storage, run, *index.children)


@requirement("exporter-previous-mismatch")
@pytest.mark.parametrize("system", ["windows", "freebsd"])
def test_single_previous_image_of_another_system(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, system: str, outcome: str
) -> None:
    """The architecture is the run image's, and nothing of it runs there all the same."""
    make, other = previous_images(lifecycle.api), Platform(system, build_platform.architecture)
    expect.control(export(lifecycle, storage, make(build_platform), make(build_platform), keep_layer=True))

    run = export(lifecycle, storage, make(other), make(other), keep_layer=True)

    OUTCOMES_OF_A_KEPT_LAYER[outcome](storage, run, make(other))


@requirement("exporter-previous-variant")
@pytest.mark.parametrize("naming", ["tag", "digest"])
def test_no_layer_is_taken_of_another_variant(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, naming: str
) -> None:
    """Whether that is refused, or goes on without the previous image, is left open."""
    make, older, newer = previous_images(lifecycle.api), *contradicting_variants(build_platform)
    base = storage.share(run_image(older), "run")

    def export_after(previous: ImageSpec) -> PhaseRun:
        placed = storage.share(previous, "earlier")
        named = placed.pinned if naming == "digest" else placed.ref
        app, metadata = storage.unused(f"app-after-{placed.digest[-8:]}"), metadata_of(previous)
        return lifecycle.export_onto(
            base.pinned, app, name=base.ref, previous=named, metadata=metadata, keep_layer=True
        )

    expect.control(export_after(make(older)))

    expect.nothing_taken(storage, export_after(make(newer)), make(newer))
