"""The shapes in which images come: where the fitting child stands, among how many, of which media types."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from fixtures.lifecycle.platform_api import PlatformApi
from fixtures.oci.compression import ZSTD
from fixtures.oci.images import Entry, ImageSpec, IndexSpec, Layer, platform_document
from fixtures.oci.media_types import MediaTypes
from fixtures.oci.platforms import ARM64_V8, LINUX, WINDOWS_AMD64, Platform
from fixtures.oci.samples import app_image, index_of, run_image
from fixtures.storage.base import Placed
from fixtures.storage.scope import StorageScope

Make = Callable[[Platform], ImageSpec]
MakeIndex = Callable[[Make, Platform], IndexSpec]


@dataclass(frozen=True)
class Shape:
    """An index of `size` children with the fitting one at `place`, counted from 0."""

    place: int
    size: int
    media_types: MediaTypes = MediaTypes.OCI

    def __str__(self) -> str:
        return f"child-{self.place + 1}-of-{self.size}-{self.media_types.name.lower()}"

    def index(self, make: Make, fitting: Platform) -> IndexSpec:
        """Give the index with a child for `fitting` and others for other architectures."""
        others = [make(platform) for platform in others_than(fitting)][: self.size - 1]
        return index_of(*others[: self.place], make(fitting), *others[self.place :], media_types=self.media_types)

    def without(self, make: Make, fitting: Platform) -> IndexSpec:
        """Give the index that has a child for other architectures only."""
        others = others_than(fitting)[: self.size - 1]
        return index_of(*(make(platform) for platform in others), media_types=self.media_types)


SHAPES = (Shape(0, 3), Shape(2, 5), Shape(5, 6), Shape(1, 4, MediaTypes.DOCKER))
"""First, in the middle, last; three to six children; both families of media types."""

ABSENT_SHAPES = (Shape(0, 4), Shape(0, 6, MediaTypes.DOCKER), Shape(0, 2))
"""What they are without the fitting child: three others, five, or one, as a build for one platform pushes it."""


def without_media_type(make: Make, fitting: Platform) -> IndexSpec:
    """Give an index that does not state its own media type, as OCI 1.0 left open and 1.1 recommends against."""
    return replace(SHAPES[1].index(make, fitting), fields=(("mediaType", None),))


def with_annotations(make: Make, fitting: Platform) -> IndexSpec:
    """Give an index whose entries have annotations, as those of official images do."""
    images = [*map(make, others_than(fitting)[:2]), make(fitting)]
    noted = {"org.opencontainers.image.base.name": "docker.io/library/debian:12"}
    return index_of(*(Entry(image, fields=(("annotations", noted),)) for image in images))


def of_one(make: Make, fitting: Platform) -> IndexSpec:
    """Give an index of the fitting image alone."""
    return index_of(make(fitting))


def with_more_in_the_platform(make: Make, fitting: Platform) -> IndexSpec:
    """Give an index whose entries say more of a platform than it takes to tell them apart, and of variants nothing."""
    images = [make(platform) for platform in (*others_than(fitting)[:2], fitting)]
    more = {"variant": "", "com.example.tier": 1}
    return index_of(*(Entry(image, {**more, **(platform_document(image.platform) or {})}) for image in images))


def about_another(make: Make, fitting: Platform) -> IndexSpec:
    """Give an index with a subject, as one that was signed or was made for another (image-index.md, "subject")."""
    subject = make(fitting).root.descriptor()
    return replace(SHAPES[0].index(make, fitting), fields=(("subject", subject),))


VALID_VARIATIONS = (without_media_type, with_annotations, of_one, with_more_in_the_platform, about_another)
"""Indexes that are as right as any."""


def id_of(make: Callable[..., object]) -> str:
    """Give what a function that makes an image or an index is called in the id of a case."""
    return make.__name__.replace("_", "-")


class _TarLayer(Layer):
    """A layer that is not compressed."""

    @property
    def compressed(self) -> bytes:
        """The layer as it is."""
        return self.tar


class _ZstdLayer(Layer):
    """A layer that is a zstd frame (RFC 8878): one raw block, which is all that Python can write by itself."""

    @property
    def compressed(self) -> bytes:
        """The frame: magic number, header with the size of the content, the block. A block holds 128 KiB at most."""
        size = len(self.tar)
        return ZSTD + b"\xa0" + size.to_bytes(4, "little") + (size << 3 | 1).to_bytes(3, "little") + self.tar


def of_uncompressed_layers(platform: Platform, make: Make = run_image) -> ImageSpec:
    """Give an OCI image whose layers are not compressed."""
    return _of_layers(make(platform), _TarLayer, "application/vnd.oci.image.layer.v1.tar")


def of_zstd_layers(platform: Platform, make: Make = run_image) -> ImageSpec:
    """Give an image with zstd layers: OCI has a type for them, Docker's manifests have none."""
    return _of_layers(make(platform), _ZstdLayer, "application/vnd.oci.image.layer.v1.tar+zstd")


def _of_layers(image: ImageSpec, kind: Callable[[tuple[tuple[str, bytes], ...]], Layer], media_type: str) -> ImageSpec:
    described = replace(image, layers=tuple(kind(layer.files) for layer in image.layers))
    stated = [{**blob.descriptor(), "mediaType": media_type} for blob in described.layer_blobs]
    return replace(described, manifest_fields=(("layers", stated),))


LOOK_ALIKES = {"amd64": "386", "arm64": "arm", "arm": "arm64", "ppc64le": "ppc64", "s390x": "s390", "riscv64": "riscv"}


def look_alikes(platform: Platform) -> tuple[Platform, ...]:
    """Give platforms that a careless comparison takes for this one: a related machine, and a related system."""
    return Platform(platform.os, LOOK_ALIKES[platform.architecture]), Platform("freebsd", platform.architecture)


def contradicting_variants(platform: Platform) -> tuple[Platform, Platform]:
    """Give two platforms that fit this one, and of which none serves where the other is wanted."""
    return replace(platform, variant=platform.normal_variant or "v1"), replace(platform, variant="v9")


APP_PLATFORMS = (*LINUX, ARM64_V8, WINDOWS_AMD64)
"""What apps are rebased for: a rebaser is to go by the app image, so that no emulation is needed."""


def others_than(platform: Platform) -> list[Platform]:
    """Give the Linux platforms of other architectures; the machine that most indexes list first comes first."""
    return [other for other in LINUX if other.architecture != platform.architecture]


def run_images(media_types: MediaTypes = MediaTypes.OCI, generation: int = 1) -> Make:
    """Give what makes run images of one family of media types and generation."""
    return lambda platform: run_image(platform, generation=generation, media_types=media_types)


def share_run_index(storage: StorageScope, shape: Shape, platform: Platform) -> tuple[Placed, ImageSpec]:
    """Push the index of run images that has this shape; give it, and its child for a platform."""
    index = shape.index(run_images(shape.media_types), platform)
    return storage.share(index, "run"), index.child(platform)


def previous_images(api: PlatformApi | str, media_types: MediaTypes = MediaTypes.OCI) -> Make:
    """Give what makes app images of an earlier build, by an exporter of this Platform API."""

    def make(platform: Platform) -> ImageSpec:
        base = run_image(platform, generation=0, media_types=media_types)
        return app_image(base, api=str(api), run_image="registry.example/run:latest", said="earlier")

    return make
