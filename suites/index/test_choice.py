"""How an index is read, by every phase that reads one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.oci.images import Entry, ImageSpec, IndexSpec, platform_document
from fixtures.oci.media_types import MediaTypes
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import artifact, at_place, attestation, index_of
from fixtures.storage.scope import StorageScope
from suites import Needs, expect, requirement
from suites.calls.index_consumers import (
    IndexConsumer,
    does_not_take,
    every_consumer,
    others,
    takes,
    takes_in_control,
)


@requirement("index-order")
@every_consumer
@pytest.mark.parametrize("place", range(5), ids=lambda place: f"place-{place + 1}")
def test_choice_does_not_depend_on_the_place(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, consumer: IndexConsumer, place: int
) -> None:
    fitting, rest = consumer.make(build_platform), others(consumer, build_platform, 4)
    images = {"the fitting one": fitting, **{str(image.platform): image for image in rest}}

    run = consumer.read(lifecycle, storage, index_of(*at_place(place, fitting, rest)), build_platform)

    takes(storage, consumer, run, images, "the fitting one")


@requirement("index-docker")
@every_consumer
@pytest.mark.parametrize("place", range(4), ids=lambda place: f"place-{place + 1}")
def test_docker_manifest_list_gives_the_choice_of_an_oci_index(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, consumer: IndexConsumer, place: int
) -> None:
    def choice(media_types: MediaTypes) -> None:
        fitting = consumer.make(build_platform, media_types=media_types)
        index = index_of(*at_place(place, fitting, others(consumer, build_platform, media_types=media_types)))
        run = consumer.read(lifecycle, storage, index, build_platform)
        takes(storage, consumer, run, {"the fitting one": fitting}, "the fitting one")

    with expect.positive_control():
        choice(MediaTypes.OCI)

    choice(MediaTypes.DOCKER)


@requirement("index-docker")
@every_consumer
def test_docker_manifest_list_of_oci_images(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, consumer: IndexConsumer
) -> None:
    """`docker manifest create` makes them, of whatever images there are."""
    fitting = consumer.make(build_platform)
    images = at_place(1, fitting, others(consumer, build_platform))
    takes_in_control(consumer, lifecycle, storage, index_of(*images), fitting)

    run = consumer.read(lifecycle, storage, index_of(*images, media_types=MediaTypes.DOCKER), build_platform)

    takes(storage, consumer, run, {"the fitting one": fitting}, "the fitting one")


@requirement("index-attestation")
@every_consumer
@pytest.mark.parametrize("order", ["first", "last", "each-after-its-image", "first-and-not-annotated"])
def test_attestation_is_not_chosen(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, consumer: IndexConsumer, order: str
) -> None:
    images = [*others(consumer, build_platform, 2), consumer.make(build_platform)]
    attested = [attestation(image) for image in images]
    orders: dict[str, list[ImageSpec | Entry]] = {
        "first": [*attested, *images],
        "last": [*images, *attested],
        "each-after-its-image": [part for pair in zip(images, attested, strict=True) for part in pair],
        # The annotations are Docker's; the platform is what tools go by that came before it.
        "first-and-not-annotated": [*(Entry(each.child) for each in attested), *images],
    }

    run = consumer.read(lifecycle, storage, index_of(*orders[order]), build_platform)

    takes(storage, consumer, run, {"the fitting one": images[-1]}, "the fitting one")


@requirement("index-attestation")
@every_consumer
def test_attestation_is_not_chosen_where_nothing_fits(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, consumer: IndexConsumer
) -> None:
    fitting, other = consumer.make(build_platform), others(consumer, build_platform, 1)[0]
    proof = attestation(other)
    takes_in_control(consumer, lifecycle, storage, index_of(proof, other, fitting), fitting)

    run = consumer.read(lifecycle, storage, index_of(proof, other), build_platform)

    assert isinstance(proof.child, ImageSpec)
    does_not_take(storage, consumer, run, proof.child, "the attestation")


@requirement("index-first-match")
@every_consumer
@pytest.mark.parametrize("between", ["next-to-each-other", "apart"])
def test_first_of_two_equal_children_is_used(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, consumer: IndexConsumer, between: str
) -> None:
    first, second = consumer.make(build_platform, 3), consumer.make(build_platform, 4)
    before, middle, after = others(consumer, build_platform)
    order = (
        [before, first, second, middle] if between == "next-to-each-other" else [before, first, middle, second, after]
    )

    run = consumer.read(lifecycle, storage, index_of(*order), build_platform)

    takes(storage, consumer, run, {"the first": first, "the second": second}, "the first")


@requirement("index-os")
@every_consumer
@pytest.mark.parametrize("other_os", ["windows", "freebsd"])
@pytest.mark.parametrize("order", ["other-os-first", "other-os-last"])
def test_entry_of_another_os_is_not_chosen(
    lifecycle: Lifecycle,
    storage: StorageScope,
    build_platform: Platform,
    consumer: IndexConsumer,
    other_os: str,
    order: str,
) -> None:
    fitting = consumer.make(build_platform)
    alien = consumer.make(Platform(other_os, build_platform.architecture))
    rest = others(consumer, build_platform, 2)
    entries = [alien, *rest, fitting] if order == "other-os-first" else [*rest, fitting, alien]

    run = consumer.read(lifecycle, storage, index_of(*entries), build_platform)

    takes(storage, consumer, run, {"the fitting one": fitting, f"the one for {other_os}": alien}, "the fitting one")


@requirement("index-os")
@every_consumer
def test_entry_of_another_os_is_not_chosen_where_nothing_fits(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, consumer: IndexConsumer
) -> None:
    fitting = consumer.make(build_platform)
    alien, rest = consumer.make(Platform("windows", build_platform.architecture)), others(consumer, build_platform, 2)
    takes_in_control(consumer, lifecycle, storage, index_of(alien, fitting, *rest), fitting)

    run = consumer.read(lifecycle, storage, index_of(alien, *rest), build_platform)

    does_not_take(storage, consumer, run, alien, "the image for windows")


NESTINGS = ("1", "2", "1-docker-list")


@requirement("index-nested")
@every_consumer
@pytest.mark.parametrize(
    ("depth", "media_types"), [(1, MediaTypes.OCI), (2, MediaTypes.OCI), (1, MediaTypes.DOCKER)], ids=NESTINGS
)
def test_index_in_an_index_is_followed_to_the_leaf(
    lifecycle: Lifecycle,
    storage: StorageScope,
    build_platform: Platform,
    consumer: IndexConsumer,
    depth: int,
    media_types: MediaTypes,
) -> None:
    fitting, rest = consumer.make(build_platform, media_types=media_types), others(consumer, build_platform, 2)
    inner: IndexSpec = index_of(fitting)
    for _ in range(depth - 1):
        inner = index_of(Entry(inner, build_platform))

    entries = (rest[0], Entry(inner, build_platform), rest[1])
    run = consumer.read(lifecycle, storage, index_of(*entries, media_types=MediaTypes.OCI), build_platform)

    takes(storage, consumer, run, {"the leaf": fitting}, "the leaf")


@requirement("index-nested")
@every_consumer
@pytest.mark.parametrize("order", ["fitting-first", "fitting-last"])
def test_indexes_in_an_index_hold_several(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, consumer: IndexConsumer, order: str
) -> None:
    """Each architecture was pushed as an index of its own, with an attestation, before one was made of all."""
    fitting, other = consumer.make(build_platform), others(consumer, build_platform, 1)[0]
    takes_in_control(consumer, lifecycle, storage, index_of(other, fitting), fitting)
    step = 1 if order == "fitting-first" else -1
    apart = [index_of(*((image, attestation(image))[::step])) for image in (fitting, other)]
    entries = [Entry(apart[0], build_platform), Entry(apart[1], other.platform)]
    ordered = entries if order == "fitting-first" else [entries[1], Entry(index_of(entries[0]), build_platform)]

    run = consumer.read(lifecycle, storage, index_of(*ordered, media_types=MediaTypes.OCI), build_platform)

    takes(storage, consumer, run, {"the leaf": fitting, "another": other}, "the leaf")


def described(image: ImageSpec, **parts: Any) -> Entry:
    """Give an entry whose descriptor says other things of its platform than an image's config, of whatever type."""
    return Entry(image, {**(platform_document(image.platform) or {}), **parts})


SIBLINGS: dict[str, Callable[[ImageSpec], Entry]] = {
    "described-with-a-variant": lambda image: Entry(image, replace(image.platform, variant="v8")),
    "described-without-a-platform": lambda image: Entry(image, None),
    "an-artifact-without-a-platform": artifact,
}

# Of other wrong types no registry that reads what it is given takes an entry: distribution answers 400.
OF_WRONG_TYPES: dict[str, Callable[[ImageSpec], Entry]] = {
    "null-for-an-os": lambda image: described(image, os=None),
}


@requirement("index-sibling")
@every_consumer
@pytest.mark.parametrize("odd", OF_WRONG_TYPES)
def test_entry_for_another_architecture_says_what_is_of_no_type(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, consumer: IndexConsumer, odd: str
) -> None:
    fitting, other = consumer.make(build_platform), others(consumer, build_platform, 1)[0]
    takes_in_control(consumer, lifecycle, storage, index_of(other, fitting), fitting)

    run = consumer.read(lifecycle, storage, index_of(OF_WRONG_TYPES[odd](other), fitting), build_platform)

    takes(storage, consumer, run, {"the fitting one": fitting, "the odd one": other}, "the fitting one")


@requirement("index-sibling")
@every_consumer
@pytest.mark.parametrize("sibling", SIBLINGS.values(), ids=list(SIBLINGS))
@pytest.mark.parametrize("order", ["first", "last"])
def test_entry_for_another_architecture_is_odd(
    lifecycle: Lifecycle,
    storage: StorageScope,
    build_platform: Platform,
    consumer: IndexConsumer,
    sibling: Callable[[ImageSpec], Entry],
    order: str,
) -> None:
    fitting, other = consumer.make(build_platform), others(consumer, build_platform, 1)[0]
    takes_in_control(consumer, lifecycle, storage, index_of(other, fitting), fitting)
    odd = sibling(other)
    entries: list[ImageSpec | Entry] = [odd, fitting] if order == "first" else [fitting, odd]

    run = consumer.read(lifecycle, storage, index_of(*entries), build_platform)

    takes(storage, consumer, run, {"the fitting one": fitting}, "the fitting one")


@requirement("index-sibling", needs=Needs(features=frozenset({"faults"})))
@every_consumer
@pytest.mark.parametrize("order", ["first", "last"])
def test_image_for_another_architecture_is_missing(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, consumer: IndexConsumer, order: str
) -> None:
    fitting, (lacking, other) = consumer.make(build_platform), others(consumer, build_platform, 2)
    entries = [lacking, fitting, other] if order == "first" else [other, fitting, lacking]
    takes_in_control(consumer, lifecycle, storage, index_of(lacking, fitting), fitting)
    for name in ("run", "earlier"):
        storage.faults.lose(storage.share(index_of(*entries), name), lacking.digest)

    run = consumer.read(lifecycle, storage, index_of(*entries), build_platform)

    takes(storage, consumer, run, {"the fitting one": fitting}, "the fitting one")
