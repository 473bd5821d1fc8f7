"""Run images of which several are offered by name, so that it shows which name was gone by."""

from __future__ import annotations

from fixtures.oci.images import ImageSpec
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import run_image
from fixtures.storage.base import Placed, Ref
from fixtures.storage.scope import StorageScope


def candidates(storage: StorageScope, platform: Platform) -> tuple[Placed, Placed]:
    """Push two run images for a platform, which share no layer, under names of their own."""
    one, other = (run_image(platform, generation=generation) for generation in (5, 6))
    return storage.share(one, "near/run"), storage.share(other, "far/run")


def absent(storage: StorageScope, _: ImageSpec) -> Ref:
    """Give a name that leads to nothing."""
    return storage.unused("hidden")


def denied(storage: StorageScope, image: ImageSpec) -> Ref:
    """Give the name of an image that no phase may read."""
    placed = storage.place(image, "hidden")
    storage.faults.deny_reads(placed.ref)
    return placed.ref


UNREADABLE = {"absent": absent, "denied": denied}
"""Why a name can't be read."""
