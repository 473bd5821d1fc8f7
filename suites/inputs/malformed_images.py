"""Images that are odd, or plainly wrong, as hostile or careless tools leave them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from fixtures.oci.images import Artifact, Entry, ImageSpec
from fixtures.oci.labels import LIFECYCLE_METADATA
from fixtures.oci.media_types import MediaTypes
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import attestation, index_of, with_label

MakeMalformed = Callable[[ImageSpec], Artifact]

MALFORMED: dict[str, MakeMalformed] = {
    "empty-index": lambda image: index_of(media_types=image.media_types),
    "empty-docker-list": lambda _: index_of(media_types=MediaTypes.DOCKER),
    "index-of-attestations": lambda image: index_of(attestation(image)),
    "entry-without-platform": lambda image: index_of(Entry(image, None)),
    "entry-with-half-a-platform": lambda image: index_of(Entry(image, {"os": image.platform.os})),
    "entry-with-empty-platform": lambda image: index_of(Entry(image, {"os": "", "architecture": ""})),
    "descriptor-and-config-disagree": lambda image: index_of(
        Entry(replace(image, platform=Platform("linux", "mips64le")), image.platform)
    ),
    "unknown-media-type-in-index": lambda image: index_of(
        Entry(image, fields=(("mediaType", "application/vnd.example.unknown+json"),)), image
    ),
    "index-in-index-without-platform": lambda image: index_of(Entry(index_of(image), None)),
    "no-platform-in-config": lambda image: with_config(image, os=None, architecture=None),
    "empty-platform-in-config": lambda image: with_config(image, os="", architecture=""),
    "unknown-platform-in-config": lambda image: with_config(image, os="plan9", architecture="pdp11"),
    "no-runtime-config": lambda image: with_config(image, config=None),
    "null-labels": lambda image: with_config(image, config={"Labels": None, "Env": None}),
    "no-rootfs": lambda image: with_config(image, rootfs=None),
    "fewer-diff-ids-than-layers": lambda image: with_config(
        image, rootfs={"type": "layers", "diff_ids": list(image.diff_ids[:1])}
    ),
    "config-is-not-json": lambda image: replace(image, raw_config=b"\x00 this is no JSON"),
    "config-is-a-list": lambda image: replace(image, raw_config=b"[1, 2, 3]"),
    "config-is-null": lambda image: replace(image, raw_config=b"null"),
    "config-of-wrong-types": lambda image: with_config(image, os=7, architecture=["amd64"], config="x", rootfs=[]),
    "labels-of-wrong-type": lambda image: replace(image, config=(("Labels", [1, 2]), ("Env", {"a": "b"}))),
    "metadata-label-is-not-json": lambda image: with_label(image, LIFECYCLE_METADATA, "{not JSON"),
    "metadata-label-of-wrong-types": lambda image: with_label(
        image, LIFECYCLE_METADATA, '{"app": "x", "buildpacks": {"a": 1}, "runImage": [], "stack": 3}'
    ),
    "no-layers": lambda image: replace(image, layers=(), history=()),
}
"""Images that are odd, or plainly wrong, made from one that is right."""


def with_config(image: ImageSpec, **fields: object) -> ImageSpec:
    """Give the image with fields of its config replaced; None takes one away."""
    return replace(image, config_fields=(*image.config_fields, *fields.items()))
