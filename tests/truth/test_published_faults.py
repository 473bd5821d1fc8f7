"""A fault in what is published is said by its own requirement, and by those that it can't but break with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from fixtures.artifacts import reference
from fixtures.artifacts.image_contents import HOME
from fixtures.execution.host import HostSpec
from fixtures.oci.images import Artifact, Entry, ImageSpec, Layer
from fixtures.oci.platforms import AMD64, ARM64, Platform, host_platform
from fixtures.oci.samples import with_label
from suites.expect.outcomes import ACCUSING
from tests.support.published import Tags, only, opened, said_of, with_images, with_lists

EMULATOR = HostSpec(ARM64, ("/bin/false",), "an emulator that refuses whatever is no program of its own")


def with_programs_of(platform: Platform) -> Callable[[ImageSpec], Artifact]:
    """Have an image hold the programs for another platform."""
    other = reference.published(reference.VERSION, reference.COMMIT).programs[platform]

    def change(image: ImageSpec) -> Artifact:
        files = dict(image.layers[1].files) | {f"{HOME}/{name}": content for name, content in other.items()}
        return replace(image, layers=(image.layers[0], Layer.of(files)))

    return change


def configured(**fields: str) -> Callable[[ImageSpec], Artifact]:
    """Have the config of an image state something else."""
    return lambda image: replace(image, config_fields=tuple(fields.items()))


def amd64_twice(tags: Tags) -> Tags:
    """Have an image tool label everything amd64: the lists say so, and the tags of arm64 lead there."""
    wrong = with_images(tags, only(ARM64, configured(architecture="amd64")))
    return with_lists(wrong, lambda entries: [as_configured(each, ARM64, AMD64) for each in entries])


def word_of_archives(tags: Tags) -> Tags:
    """Have an image tool take the word of archives for the architecture."""
    word = Platform("linux", "x86-64")
    wrong = with_images(tags, only(AMD64, configured(architecture=word.architecture)))
    return with_lists(wrong, lambda entries: [as_configured(each, AMD64, word) for each in entries])


def as_configured(entry: Entry, platform: Platform, stated: Platform) -> Entry:
    """Have the entry of a platform state another."""
    return replace(entry, platform=stated) if entry.child.platform == platform else entry


def moved(name: str, other: str) -> Callable[[Tags], Tags]:
    """Have a tag lead to what another leads to."""
    return lambda tags: {**tags, name: tags[other]}


def built_again(tags: Tags) -> Tags:
    """Have what a version leads to built anew."""
    again = with_images(tags, lambda image: with_label(image, "built", "again"))
    return {name: again[name] if name.startswith(("1.2.3", "latest")) else each for name, each in tags.items()}


NATIVE = (HostSpec(host_platform(), (), "native"),)

FAULTS: dict[str, tuple[Callable[[Tags], Tags], Sequence[str]]] = {
    "every image is labeled amd64": (amd64_twice, ("image-architecture", "image-base", "image-children")),
    "the word of archives": (word_of_archives, ("image-architecture", "image-base", "image-children")),
    # A tag of its commit is another, and one of latest is.
    "the tag of a platform leads to another's": (
        moved("1.2.3-linux-arm64", "1.2.3-linux-x86-64"),
        ("tag-arch", "tag-latest", "tag-retag"),
    ),
    "built again": (built_again, ("tag-retag",)),
    "latest is one image": (moved("latest", "latest-linux-x86-64"), ("image-children", "tag-list")),
}
"""What is wrong, and the requirements that say so."""


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_said_under_its_name_alone(fault: str, tmp_path: Path) -> None:
    change, expected = FAULTS[fault]

    assert accusing(tmp_path, change(reference.tags()), NATIVE) == set(expected)


def test_programs_of_another_platform_are_not_held_against_their_labels(tmp_path: Path) -> None:
    tags = with_images(reference.tags(), only(ARM64, with_programs_of(AMD64)))

    assert accusing(tmp_path, tags, (*NATIVE, EMULATOR)) == {"image-architecture"}


def accusing(directory: Path, tags: Tags, hosts: Sequence[HostSpec]) -> set[str]:
    """Give the requirements that accuse."""
    return {
        each.requirement for each in said_of(opened(directory, tags, hosts=hosts)) if isinstance(each.error, ACCUSING)
    }
