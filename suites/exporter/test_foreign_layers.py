"""A run image with a layer that only another place than the registry has."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.oci.images import ImageSpec
from fixtures.oci.media_types import MediaTypes
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import run_image
from fixtures.storage.scope import StorageScope
from suites import Needs, expect, requirement

FOREIGN = {
    MediaTypes.OCI: "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
    MediaTypes.DOCKER: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
}
URLS = ["https://layers.example/base", "https://mirror.example/base"]


def foreign_layer(image: ImageSpec) -> dict[str, Any]:
    """Give the descriptor of the image's lowest layer as that of one that is elsewhere."""
    return {**image.layer_blobs[0].descriptor(), "mediaType": FOREIGN[image.media_types], "urls": URLS}


def with_foreign_layer(image: ImageSpec) -> ImageSpec:
    """Give the image with its lowest layer described as one that is elsewhere (descriptor.md, "urls")."""
    layers = [foreign_layer(image), *(blob.descriptor() for blob in image.layer_blobs[1:])]
    return replace(image, manifest_fields=(("layers", layers),))


@requirement("exporter-foreign-layers", needs=Needs(features=frozenset({"faults", "mount"})))
@pytest.mark.parametrize("media_types", list(MediaTypes), ids=lambda media_types: media_types.name.lower())
def test_layer_that_is_elsewhere_stays_there(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, media_types: MediaTypes
) -> None:
    plain = run_image(build_platform, media_types=media_types)
    base = storage.place(with_foreign_layer(plain), "run")
    expect.control(lifecycle.export_onto(base.pinned, storage.unused("control"), name=base.ref))
    storage.faults.lose(base, plain.layer_digests[0])
    storage.faults.mount_nothing()

    run = lifecycle.export_onto(base.pinned, storage.unused("app"), name=base.ref)

    image = expect.written(storage, expect.succeeded(run))
    expect.built_on(image, plain)
    described = image.manifest["layers"][0]
    kept = {key: described.get(key) for key in ("digest", "size", "urls")}
    expect.same("the layer that is elsewhere", kept, {key: foreign_layer(plain)[key] for key in kept})
    expect.holds(described.get("mediaType") in FOREIGN.values(), "a type of layers that are elsewhere", str(described))
