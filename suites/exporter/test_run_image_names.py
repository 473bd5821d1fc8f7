"""By which names an exported app image knows its run image: these are what it may be rebased onto."""

from __future__ import annotations

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.storage.scope import StorageScope
from fixtures.storage.stored_image import StoredImage
from suites import expect, requirement
from suites.inputs.exports import Export, built_app

OTHER = ("other.example/run:latest", ("mirror.other.example/run:latest",))
"""An image on offer that was not analyzed, and its mirrors."""

OFFERED = "registry.example/base/run:jammy"
MIRRORS = ("mirror.example/run:jammy", "mirror-2.example:5000/run")

ANALYZED = {
    "image-of-the-first": (OFFERED, 0, OFFERED),
    "image-of-the-second": (OFFERED, 1, OFFERED),
    "mirror-of-the-second": (MIRRORS[1], 1, OFFERED),
    "neither": ("elsewhere.example/run:latest", 1, OTHER[0]),
}
"""The name that was analyzed, the place of its image among two that are on offer, and the image to be recorded."""


def names(image: StoredImage, key: str) -> tuple[object, list[object]]:
    """Give what the lifecycle metadata says of image and mirrors, under `runImage` or in the deprecated `stack`."""
    document = image.metadata if key == "runImage" else image.metadata.get("stack") or {}
    named = document.get("runImage") or {}
    return named.get("image"), list(named.get("mirrors") or ())


def export_of(lifecycle: Lifecycle, storage: StorageScope, analyzed: str, place: int = 0) -> Export:
    """Give an app whose run image was analyzed by this name; the image on offer stands at a place of two."""
    export = built_app(lifecycle, storage)
    offered: list[tuple[str, tuple[str, ...]]] = [OTHER]
    offered.insert(place, (OFFERED, MIRRORS))
    document = [{"image": image, "mirrors": list(mirrors)} for image, mirrors in offered]
    export.space.write_toml(export.space.run_path, {"images": document})
    export.space.write_analyzed(run_image=export.base.pinned, name=analyzed)
    return export


@requirement("exporter-run-image-named", since="0.12")
@pytest.mark.parametrize(("analyzed", "place", "image"), ANALYZED.values(), ids=list(ANALYZED))
def test_names_are_those_of_the_image_on_offer(
    lifecycle: Lifecycle, storage: StorageScope, analyzed: str, place: int, image: str
) -> None:
    """Where none on offer has the name, they are those of the first (platform.md, "Run Image Resolution")."""
    exported = export_of(lifecycle, storage, analyzed, place).image()

    right = (image, list(MIRRORS if image == OFFERED else OTHER[1]))
    expect.same("runImage.image and runImage.mirrors", names(exported, "runImage"), right)
    if exported.metadata.get("stack"):
        expect.same("image and mirrors of stack.runImage", names(exported, "stack"), right)


@requirement("exporter-stack-key")
def test_older_platforms_find_the_run_image(lifecycle: Lifecycle, storage: StorageScope) -> None:
    exported = export_of(lifecycle, storage, OFFERED).image()

    expect.same("image and mirrors of stack.runImage", names(exported, "stack"), (OFFERED, list(MIRRORS)))


@requirement("exporter-run-image-named", until="0.11")
@pytest.mark.parametrize("mirrors", [MIRRORS, ()], ids=["with-mirrors", "without-mirrors"])
def test_stack_is_that_of_the_platform(lifecycle: Lifecycle, storage: StorageScope, mirrors: tuple[str, ...]) -> None:
    export = built_app(lifecycle, storage)
    export.space.offer_run_images(OFFERED, mirrors)

    exported = export.image()

    expect.same("image and mirrors of stack.runImage", names(exported, "stack"), (OFFERED, list(mirrors)))
