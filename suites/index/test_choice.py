"""How an index is read, by every phase that reads one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.oci.images import Entry, ImageSpec, IndexSpec
from fixtures.oci.media_types import MediaTypes
from fixtures.oci.platforms import ARM64, ARM64_V8, ARM_V6, ARM_V7, Platform
from fixtures.oci.samples import artifact, at_place, attestation, index_of
from fixtures.storage.scope import StorageScope
from suites import Needs, expect, requirement
from suites.calls.index_consumers import CONSUMERS, IndexConsumer, Rebaser, does_not_take, takes, takes_in_control
from suites.inputs.index_shapes import others_than

every_consumer = pytest.mark.parametrize("consumer", CONSUMERS, ids=lambda consumer: consumer.name)
every_consumer_but_the_rebaser = pytest.mark.parametrize(
    "consumer",
    [consumer for consumer in CONSUMERS if not isinstance(consumer, Rebaser)],
    ids=lambda consumer: consumer.name,
)
ARM64_V9 = Platform("linux", "arm64", "v9")


def others(consumer: IndexConsumer, platform: Platform, count: int = 3, **more: Any) -> list[ImageSpec]:
    """Give images for other architectures."""
    return [consumer.make(other, **more) for other in others_than(platform)[:count]]


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


SIBLINGS: dict[str, Callable[[ImageSpec], Entry]] = {
    "described-with-a-variant": lambda image: Entry(image, replace(image.platform, variant="v8")),
    "described-without-a-platform": lambda image: Entry(image, None),
    "an-artifact-without-a-platform": artifact,
    "of-unknown-type": lambda image: Entry(image, fields=(("mediaType", "application/vnd.example.unknown+json"),)),
}


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


@dataclass(frozen=True)
class Variants:
    """Which of the offered platforms is to be taken for the wanted one."""

    wanted: Platform
    offered: tuple[Platform, ...]
    expected: Platform

    @property
    def needs(self) -> Needs:
        """What every phase needs but the rebaser: it chooses for what it runs as."""
        return Needs(platform=str(self.wanted))


VARIANTS = {
    "arm64-takes-v8": Variants(ARM64, (ARM64_V8,), ARM64_V8),
    "v8-takes-arm64": Variants(ARM64_V8, (ARM64,), ARM64),
    "v8-before-v9": Variants(ARM64_V8, (ARM64_V9, ARM64_V8), ARM64_V8),
    "v8-first-before-v9": Variants(ARM64_V8, (ARM64_V8, ARM64_V9), ARM64_V8),
    "v7-before-v6": Variants(ARM_V7, (ARM_V6, ARM_V7), ARM_V7),
    "v6-before-v7": Variants(ARM_V6, (ARM_V7, ARM_V6), ARM_V6),
}


@requirement("index-variant")
@every_consumer_but_the_rebaser
@pytest.mark.parametrize("variants", VARIANTS.values(), ids=list(VARIANTS))
def test_variant_for_the_build_platform(
    lifecycle: Lifecycle, storage: StorageScope, consumer: IndexConsumer, variants: Variants
) -> None:
    check_variants(lifecycle, storage, consumer, variants)


@requirement("index-variant")
@pytest.mark.parametrize("name", VARIANTS)
def test_variant_for_the_app(lifecycle: Lifecycle, storage: StorageScope, name: str) -> None:
    check_variants(lifecycle, storage, Rebaser(), VARIANTS[name])


def check_variants(lifecycle: Lifecycle, storage: StorageScope, consumer: IndexConsumer, variants: Variants) -> None:
    """Raise NonConforming unless the phase takes the expected one; Untestable where it can't make a plain choice."""
    images = {str(platform): consumer.make(platform) for platform in variants.offered}
    other, exact = others(consumer, variants.wanted, 1), consumer.make(variants.wanted)
    with expect.positive_control():
        takes(
            storage,
            consumer,
            consumer.read(lifecycle, storage, index_of(*other, exact), variants.wanted),
            {"the plain choice": exact},
            "the plain choice",
        )

    run = consumer.read(lifecycle, storage, index_of(*other, *images.values()), variants.wanted)

    takes(storage, consumer, run, images, str(variants.expected))
