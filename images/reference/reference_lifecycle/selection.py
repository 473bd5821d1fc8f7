"""From a reference to the one image that fits a platform: through an index to the child, or refused with the reason.

Source: buildpacks/lifecycle issue 435; the OCI image specification, image-index.md.
"""

from __future__ import annotations

from . import images
from .build_platform import BuildPlatform
from .errors import ArchitectureNeededError, ImageMissingError, MalformedImageError, PlatformMismatchError
from .images import Descriptor, Image
from .platforms import Platform, best, fits
from .references import Reference
from .registry import Document, Registry

DEPTH = 8
"""How many indexes inside indexes are followed."""


def find(registry: Registry, reference: Reference, wanted: BuildPlatform) -> Image:
    """Find the image of a reference that fits the platform: the child of an index, or the image itself.

    Raises ImageMissingError, PlatformMismatchError, ArchitectureNeededError, MalformedImageError or RegistryError.
    """
    document = registry.read_manifest(reference)
    if not images.is_index(document):
        return _fitting(_read(registry, document), wanted.platform, str(reference))
    if not wanted.chooses:
        raise ArchitectureNeededError(f"{reference} is an index: give -arch to say which of its images is wanted")
    child = _choose(registry, document, wanted.platform, ())
    if child is None:
        raise PlatformMismatchError(f"{reference} is an index without an image for {wanted.platform}")
    return _fitting(child, wanted.platform, str(reference))


def find_any(registry: Registry, reference: Reference, wanted: BuildPlatform) -> Image:
    """Find an image as `find` does, but take a single image for whatever platform it is."""
    document = registry.read_manifest(reference)
    return find(registry, reference, wanted) if images.is_index(document) else _read(registry, document)


def _choose(registry: Registry, index: Document, wanted: Platform, above: tuple[str, ...]) -> Image | None:
    """Follow the best entry; one that turns out to be an index without a fitting image makes room for the next."""
    if index.digest in above or len(above) >= DEPTH:
        raise MalformedImageError(f"{index.repository}@{index.digest} holds indexes inside indexes without end")
    entries = images.entries(index)
    offers = [(number, entry.platform) for number, entry in enumerate(entries) if entry.platform]
    for number in best(wanted, offers):
        child = _read_child(registry, index, entries[number])
        if not images.is_index(child):
            return _read(registry, child)
        leaf = _choose(registry, child, wanted, (*above, index.digest))
        if leaf is not None:
            return leaf
    return None


def _read_child(registry: Registry, index: Document, entry: Descriptor) -> Document:
    reference = Reference(index.repository, "", entry.digest, f"{index.repository}@{entry.digest}")
    try:
        child = registry.read_manifest(reference)
    except ImageMissingError as error:
        raise MalformedImageError(f"the index of {reference} names it, but it is missing") from error
    # A registry that does not keep the type of a manifest still has it in the entry.
    known = child.media_type in (*images.INDEXES, *images.MANIFESTS)
    return child if known else child._replace(media_type=entry.media_type)


def _read(registry: Registry, document: Document) -> Image:
    return images.build(document, registry.read_blob(document.repository, images.config_digest(document)))


def _fitting(image: Image, wanted: Platform, name: str) -> Image:
    """Judge an image by its config: an entry of an index may promise what the config does not keep."""
    if not fits(wanted, image.platform):
        found = "" if name.endswith(image.digest) else f" ({image.digest})"
        raise PlatformMismatchError(f"{name}{found} is for {image.platform}, not for {wanted}")
    return image
