"""The oracle for indexes of any shape: which of an index's images may be taken for a platform, if any.

Where named cases each hold one plain situation, this says for any index what the texts decide, and leaves open what
they leave open. The texts are buildpacks/lifecycle issue 435 (os and architecture have to be those that are wanted),
and the OCI image specification, image-index.md and config.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

from fixtures.oci.images import Artifact, Entry, ImageSpec, IndexSpec, platform_document
from fixtures.oci.media_types import IMAGE_TYPES
from fixtures.oci.platforms import PARTS, Platform, is_nobodys
from suites.expect.soundness import Soundness, can_be_read, is_sound_entry, is_sound_image, soundness_of_index


class Fit(Enum):
    """What the texts say of taking an image."""

    SURE = "it fits, and nothing about it is in doubt"
    UNSPECIFIED = "the texts leave it open"
    NEVER = "it does not fit"


@dataclass(frozen=True)
class Choices:
    """The images that may be taken, in order, and whether a phase may do without any of them.

    No image at all means that nothing may be taken. One image and no way around it is the plain case. Several, or a way
    around, is what the texts leave open: then whatever was taken has to be one of these, the same in every place.
    """

    images: tuple[ImageSpec, ...]
    may_refuse: bool
    can_be_read: bool = True
    """Whether it is a document with all fields of their types: of another, nothing need be made of."""

    def __str__(self) -> str:
        if not self.images:
            return "no image"
        named = " or ".join(dict.fromkeys(f"{image.platform} {image.digest}" for image in self.images))
        return f"{named}, or none" if self.may_refuse else named


def allowed_choices(offered: Artifact, wanted: Platform) -> Choices:
    """Say which image of an index, or whether a single image, may be taken where `wanted` is the platform.

    Open is what variants mean that are not the same word, and os.version; of several that fit equally well any may be
    taken (that it should be the first is a SHOULD). In an index with an entry that is not sound, whatever that is for,
    it is open whether a phase makes use of it at all: one that the registry lacks, that states no platform or another
    than its config, whose media type is unknown, or that is an index itself; and where a document states what may be
    meant otherwise, or can't be read (`soundness`).
    """
    fits = list(_fits(offered, wanted))
    images = {image.digest: image for image, fit in fits if image and fit is not Fit.NEVER}
    sure = any(fit is Fit.SURE for _, fit in fits)
    doubtful = any(fit is Fit.UNSPECIFIED for _, fit in fits)
    return Choices(tuple(images.values()), may_refuse=doubtful or not sure, can_be_read=can_be_read(offered))


def leaves(offered: Artifact) -> tuple[ImageSpec, ...]:
    """Give every image of an index, of those inside it too, in order; a single image is its own."""
    if isinstance(offered, ImageSpec):
        return (offered,)
    entries = offered.entries if isinstance(offered, IndexSpec) else ()
    return tuple(leaf for entry in entries for leaf in leaves(entry.child))


def configured(image: ImageSpec) -> Mapping[str, str]:
    """Give the platform that the config of an image states, part by part; empty where it states none."""
    return _stated_by(image.config_blob.body)


@lru_cache(maxsize=512)
def _stated_by(config: bytes) -> Mapping[str, str]:
    """Read a config; once, as the images that indexes are drawn from are few."""
    try:
        document = json.loads(config)
    except ValueError:
        return {}
    return _parts(document) if isinstance(document, dict) else {}


def _fits(offered: Artifact, wanted: Platform) -> Iterator[tuple[ImageSpec | None, Fit]]:
    """Judge every image; None stands for something in the way of a choice that can't be taken itself."""
    if isinstance(offered, ImageSpec):
        fit = _compare(configured(offered), wanted)
        yield offered, fit if fit is Fit.NEVER or is_sound_image(offered) else Fit.UNSPECIFIED
    elif isinstance(offered, IndexSpec):
        if soundness_of_index(offered) is not Soundness.SOUND:
            yield None, Fit.UNSPECIFIED
        for entry in offered.entries:
            yield from _fits_of_entry(entry, wanted)


def _fits_of_entry(entry: Entry, wanted: Platform) -> Iterator[tuple[ImageSpec | None, Fit]]:
    stated = stated_parts(entry)
    nobodys = is_nobodys(stated)
    promised = Fit.NEVER if nobodys else _compare(stated, wanted)
    sound = _is_sound(entry, stated)
    if not sound and not nobodys:
        yield None, Fit.UNSPECIFIED
    for image, kept in _fits(entry.child, wanted) if entry.is_there else ():
        if nobodys or (promised is Fit.NEVER and kept is Fit.NEVER):
            yield image, Fit.NEVER
        else:
            yield image, Fit.SURE if sound and promised is kept is Fit.SURE else Fit.UNSPECIFIED


def _is_sound(entry: Entry, stated: Mapping[str, str]) -> bool:
    """Whether an entry is an image that is there, is called one, and is described as what its config says it is."""
    described, child = entry.descriptor(), entry.child
    known = described["mediaType"] in IMAGE_TYPES and "artifactType" not in described
    found = known and entry.is_there and isinstance(child, ImageSpec) and stated == configured(child)
    return found and is_sound_entry(entry)


def _compare(stated: Mapping[str, str], wanted: Platform) -> Fit:
    """Compare the parts of a platform that are stated with the one that is wanted.

    One that states another os or architecture does not fit. Of variants and os.versions, only the same word is sure.
    Where the wanted one is stated by nobody, as of an app whose config leaves it out, nothing is sure.
    """
    needed = _parts(platform_document(wanted) or {})
    if any(stated.get(part, needed.get(part)) != needed[part] for part in ("os", "architecture") if part in needed):
        return Fit.NEVER
    return Fit.SURE if all(stated.get(part) == needed.get(part) for part in PARTS) else Fit.UNSPECIFIED


def stated_parts(entry: Entry) -> Mapping[str, str]:
    """Give the platform that an entry's descriptor states, part by part; empty where it states none."""
    stated = entry.descriptor().get("platform")
    return _parts(stated) if isinstance(stated, dict) else {}


def _parts(document: Mapping[str, Any]) -> dict[str, str]:
    return {part: str(document[part]) for part in PARTS if document.get(part)}
