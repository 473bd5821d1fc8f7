"""What exporter and rebaser leave can be read by programs that have nothing to do with them.

Where images of both families of media types meet, no text says that a phase has to go on: to refuse is as good as to
leave an image that can be read.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.lifecycle.run import PhaseRun
from fixtures.observers import read_back
from fixtures.observers.read_back import CannotRead, Observer
from fixtures.oci.images import ImageSpec
from fixtures.oci.media_types import MediaTypes
from fixtures.oci.platforms import AMD64, ARM64_V8, Platform
from fixtures.oci.samples import index_of, metadata_of, run_image
from fixtures.storage.base import Placed
from fixtures.storage.scope import StorageScope
from suites import expect, requirement
from suites.expect.outcomes import NonConforming, NotRun
from suites.inputs.app_on_run_image import app_on_base, new_base, old_base
from suites.inputs.index_shapes import of_zstd_layers, others_than, previous_images

every_family = pytest.mark.parametrize(
    "media_types", list(MediaTypes), ids=lambda media_types: media_types.name.lower()
)


def other_than(media_types: MediaTypes) -> MediaTypes:
    """Give the other family of media types."""
    return next(other for other in MediaTypes if other is not media_types)


def readers_of(*inputs: Placed) -> list[Observer]:
    """Give the readers of this machine that can read these images, which the suite made. Raises NotRun for none.

    A program that can't is no witness: it does not reach the registry, say, since it runs in a virtual machine.
    """
    why_not = {
        observer: next(filter(None, (why_unread(observer, str(each.ref), each.image.platform) for each in inputs)), "")
        for observer in read_back.here()
    }
    able = [observer for observer, why in why_not.items() if not why]
    if not able:
        lines = [
            f"{observer.name} can't read the suite's own images either: {why}" for observer, why in why_not.items()
        ]
        raise NotRun(
            "; ".join(lines) or "no program to read images with: skopeo is not installed, no Docker engine answers"
        )
    return able


@cache
def why_unread(observer: Observer, reference: str, platform: Platform) -> str:
    """Say why a reader can't read an image that the suite made and no phase writes to; empty when it can."""
    try:
        observer.read(reference, platform)
    except CannotRead as error:
        return str(error)
    return ""


def check_readable(storage: StorageScope, run: PhaseRun, *inputs: Placed) -> None:
    """Raise NonConforming unless what reads these inputs reads the image that a phase made, and sees what it says.

    Types and sizes are compared here too: some readers go by them, and skopeo is not one of those. Raises NotRun where
    there is no such program.
    """
    image = expect.written(storage, run)
    expect.descriptors_fit(image)
    for observer in readers_of(*inputs):
        try:
            seen = observer.read(image.reference, image.platform)
        except CannotRead as error:
            raise NonConforming(
                f"{image.reference} to be an image that {observer.name} can read", str(error)
            ) from error
        expect.same(f"the diff IDs that {observer.name} sees", seen.diff_ids, image.diff_ids)
        own = (image.platform.os, image.platform.architecture)
        expect.same(f"os and architecture that {observer.name} sees", (seen.os, seen.architecture), own)


@requirement("phase-output-readable")
@every_family
@pytest.mark.parametrize("variant", ["variant", "no-variant"])
def test_exported_image(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, media_types: MediaTypes, variant: str
) -> None:
    stated = build_platform.normal_variant if variant == "variant" else ""
    base = storage.share(run_image(replace(build_platform, variant=stated), media_types=media_types), "run")
    app = storage.unused("app")

    run = lifecycle.export_onto(base.pinned, app, name=base.ref)

    expect.succeeded(run)
    check_readable(storage, run, base)


UNTYPED = (("mediaType", None),)
"""What the manifest of an OCI image may leave out: version 1.0 of the specification has it for indexes alone."""


@requirement("phase-output-readable")
def test_exported_image_on_a_manifest_that_does_not_say_its_type(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform
) -> None:
    base = storage.share(replace(run_image(build_platform), manifest_fields=UNTYPED), "run")

    run = lifecycle.export_onto(base.pinned, storage.unused("app"), name=base.ref)

    expect.succeeded(run)
    check_readable(storage, run, base)


@requirement("phase-output-readable")
@pytest.mark.parametrize("untyped", ["app", "run-image"])
def test_rebased_image_where_a_manifest_does_not_say_its_type(
    lifecycle: Lifecycle, storage: StorageScope, untyped: str
) -> None:
    fresh = new_base(AMD64)
    if untyped == "run-image":
        scenario = app_on_base(lifecycle, storage, old_base(AMD64), replace(fresh, manifest_fields=UNTYPED))
    else:
        scenario = app_on_base(lifecycle, storage, old_base(AMD64), fresh, manifest_fields=UNTYPED)

    run = scenario.rebase()

    expect.succeeded(run)
    check_readable(storage, run, scenario.run)


HEALTH = (("Healthcheck", {"Test": ["CMD", "true"], "Interval": 30_000_000_000, "Retries": 3}),)
"""A setting of Docker's: its numbers are whole, and its times nanoseconds."""

BASES: dict[str, dict[str, Any]] = {
    "health-check": {"config": HEALTH},
    "without-history": {"config_fields": (("history", None),)},
}
"""What is special about a run image."""


@requirement("phase-output-readable")
@every_family
@pytest.mark.parametrize("special", BASES.values(), ids=list(BASES))
def test_exported_image_on_a_special_base(
    lifecycle: Lifecycle,
    storage: StorageScope,
    build_platform: Platform,
    media_types: MediaTypes,
    special: dict[str, Any],
) -> None:
    base = storage.share(replace(run_image(build_platform, media_types=media_types), **special), "run")
    app = storage.unused("app")

    run = lifecycle.export_onto(base.pinned, app, name=base.ref)

    expect.succeeded(run)
    check_readable(storage, run, base)


@requirement("phase-output-readable")
@every_family
def test_exported_image_with_a_layer_of_the_previous_one(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, media_types: MediaTypes
) -> None:
    """The buildpack keeps its layer, and the previous image that it comes from is of the other family of types."""
    base = storage.share(run_image(build_platform, media_types=media_types), "run")
    make = previous_images(lifecycle.api, other_than(media_types))
    previous = storage.share(make(build_platform), "earlier")
    space, app = lifecycle.workspace(), storage.unused("app")
    space.offer_run_images(base.ref)
    named = base.ref if lifecycle.has_targets else ""
    text = metadata_of(previous.image)
    space.write_analyzed(run_image=base.pinned, name=named, previous=previous.pinned, metadata=text)
    space.keep_layer_if_analyzed()

    run = lifecycle.export(app, workspace=space)

    expect.not_judged_if_refused(run)
    check_readable(storage, run, base)


@requirement("phase-output-readable")
@every_family
def test_exported_image_on_a_child_of_an_index(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, media_types: MediaTypes
) -> None:
    """The index is of one family of types, its children of the other: registries hold such indexes."""
    children = [
        run_image(platform, media_types=media_types) for platform in (*others_than(build_platform)[:2], build_platform)
    ]
    base = storage.share(index_of(*children, media_types=other_than(media_types)), "run")
    app = storage.unused("app")

    run = lifecycle.export_onto(base.pinned, app, name=base.ref)

    expect.not_judged_if_refused(run)
    check_readable(storage, run, storage.share(children[-1], "run"))


def of_unsized_layers(platform: Platform) -> ImageSpec:
    """Give a run image whose manifest does not say how large its top layer is (descriptor.md: "size" is required)."""
    image = run_image(platform)
    *below, top = (blob.descriptor() for blob in image.layer_blobs)
    del top["size"]
    return replace(image, manifest_fields=(("layers", [*below, top]),))


@requirement("phase-output-readable")
def test_exported_image_on_a_layer_of_unknown_size(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform
) -> None:
    """What the run image leaves out, a reader of the app image needs all the same."""
    base, app = storage.share(of_unsized_layers(build_platform), "run"), storage.unused("app")

    run = lifecycle.export_onto(base.pinned, app, name=base.ref)

    expect.not_judged_if_refused(run)
    expect.descriptors_fit(expect.written(storage, run))


def base_of_its_own(platform: Platform) -> ImageSpec:
    """Give a run image that no engine has ever seen.

    Of an image whose config it holds, in whatever form it came, the Docker engine reads no layer: it would pass for a
    reader of layers that it can't unpack.
    """
    return new_base(platform, files={"run/of-its-own.bin": secrets.token_bytes(16)})


@requirement("phase-output-readable")
@every_family
def test_app_image_on_layers_that_docker_has_no_type_for(
    lifecycle: Lifecycle, storage: StorageScope, media_types: MediaTypes
) -> None:
    fresh = of_zstd_layers(AMD64, base_of_its_own)
    scenario = app_on_base(lifecycle, storage, replace(old_base(AMD64), media_types=media_types), fresh)

    run = scenario.rebase()

    expect.not_judged_if_refused(run)
    check_readable(storage, run, scenario.run)


APPS = (AMD64, ARM64_V8)


@requirement("phase-output-readable")
@every_family
@pytest.mark.parametrize("onto", list(MediaTypes), ids=lambda media_types: f"onto-{media_types.name.lower()}")
@pytest.mark.parametrize("app_platform", APPS, ids=lambda platform: platform.slug)
def test_rebased_image(
    lifecycle: Lifecycle, storage: StorageScope, app_platform: Platform, media_types: MediaTypes, onto: MediaTypes
) -> None:
    """The app image and its new run image may be of two families of types: one of them has to be converted."""
    base: ImageSpec = replace(old_base(app_platform), media_types=media_types)
    scenario = app_on_base(lifecycle, storage, base, new_base(app_platform, media_types=onto))

    run = scenario.rebase()

    expect.succeeded(run) if media_types is onto else expect.not_judged_if_refused(run)
    check_readable(storage, run, scenario.run)
