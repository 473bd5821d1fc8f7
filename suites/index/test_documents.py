"""What an index and its entries may say beside what a choice is made by, and how it is served."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.oci.digests import digest_of
from fixtures.oci.images import Entry, ImageSpec, IndexSpec
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import index_of
from fixtures.storage.scope import StorageScope
from suites import Needs, expect, requirement
from suites.calls.index_consumers import (
    IndexConsumer,
    MakesImage,
    does_not_take,
    every_consumer,
    makers_of_images,
    others,
    takes,
    takes_in_control,
)

Further = Callable[[IndexSpec], IndexSpec]
UNKNOWN_TYPE = (("mediaType", "application/vnd.example.unknown+json"),)


def embedded(content: bytes) -> tuple[str, str]:
    """Give the property of a descriptor that embeds what it describes (descriptor.md 1.1, "data")."""
    return "data", base64.b64encode(content).decode()


def at_the_top(**fields: Any) -> Further:
    """Give what puts further properties into an index."""
    return lambda index: replace(index, fields=(*index.fields, *fields.items()))


def of_another(index: IndexSpec) -> IndexSpec:
    """Give the index as one that is about another manifest."""
    return at_the_top(subject=index.entries[0].child.root.descriptor())(index)


def in_the_entries(index: IndexSpec) -> IndexSpec:
    """Give the index with further properties in each entry, its own content among them."""
    more = (("annotations", {"a": "b"}), ("urls", ["https://registry.example/it"]), ("com.example.unknown", [1]))
    entries = (Entry(each.child, fields=(*more, embedded(each.child.root.body))) for each in index.entries)
    return replace(index, entries=tuple(entries))


PROPERTIES: dict[str, Further] = {
    "artifact-type": at_the_top(artifactType="application/vnd.example.set+json"),
    "subject": of_another,
    "annotations-and-unknown": at_the_top(annotations={"a": "b"}, **{"com.example.unknown": {"of": [1, None]}}),
    "in-the-entries": in_the_entries,
}


@requirement("index-properties")
@every_consumer
@pytest.mark.parametrize("further", PROPERTIES)
def test_further_properties_change_no_choice(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, consumer: IndexConsumer, further: str
) -> None:
    fitting, other = consumer.make(build_platform), others(consumer, build_platform, 1)[0]
    plain = index_of(other, fitting)
    takes_in_control(consumer, lifecycle, storage, plain, fitting)

    run = consumer.read(lifecycle, storage, PROPERTIES[further](plain), build_platform)

    takes(storage, consumer, run, {"the fitting one": fitting, "another": other}, "the fitting one")


@requirement("index-unknown-type")
@every_consumer
@pytest.mark.parametrize("of", ["another-architecture", "the-same"])
def test_entry_of_unknown_type_is_passed_over(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, consumer: IndexConsumer, of: str
) -> None:
    fitting, other = consumer.make(build_platform), others(consumer, build_platform, 1)[0]
    takes_in_control(consumer, lifecycle, storage, index_of(other, fitting), fitting)
    strange = other if of == "another-architecture" else consumer.make(build_platform, 7)

    run = consumer.read(lifecycle, storage, index_of(Entry(strange, fields=UNKNOWN_TYPE), fitting), build_platform)

    takes(storage, consumer, run, {"the fitting one": fitting, "the one of unknown type": strange}, "the fitting one")


FAULTS = Needs(features=frozenset({"faults"}))


@requirement("index-content-type", needs=FAULTS)
@every_consumer
def test_parameters_of_the_content_type_do_not_matter(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, consumer: IndexConsumer
) -> None:
    fitting, other = consumer.make(build_platform), others(consumer, build_platform, 1)[0]
    index = index_of(other, fitting)
    takes_in_control(consumer, lifecycle, storage, index, fitting)
    storage.faults.state_type(lambda media_type: f"{media_type}; charset=utf-8")

    run = consumer.read(lifecycle, storage, index, build_platform)

    takes(storage, consumer, run, {"the fitting one": fitting, "another": other}, "the fitting one")


@requirement("index-content-type", needs=FAULTS)
@every_consumer
@pytest.mark.parametrize("stated", ["application/json", ""], ids=["application-json", "none"])
def test_another_content_type_leads_to_no_other_child(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, consumer: IndexConsumer, stated: str
) -> None:
    """To reject what is called something else than it says it is, is as right as to read it."""
    fitting, other = consumer.make(build_platform), others(consumer, build_platform, 1)[0]
    index = index_of(other, fitting)
    takes_in_control(consumer, lifecycle, storage, index, fitting)
    storage.faults.state_type(lambda _: stated)

    run = consumer.read(lifecycle, storage, index, build_platform)

    does_not_take(storage, consumer, run, other, "the image of another architecture")


@requirement("index-embedded-data")
@makers_of_images
def test_embedded_content_of_another_image(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, consumer: IndexConsumer
) -> None:
    fitting, other = consumer.make(build_platform), others(consumer, build_platform, 1)[0]
    takes_in_control(consumer, lifecycle, storage, index_of(other, fitting), fitting)
    false: ImageSpec = consumer.make(build_platform, 7)
    storage.share(false, "run")

    run = consumer.read(
        lifecycle, storage, index_of(other, Entry(fitting, fields=(embedded(false.root.body),))), build_platform
    )

    does_not_take(storage, consumer, run, false, "the image that is embedded")


@requirement("index-sha512", needs=FAULTS)
@makers_of_images
def test_child_that_is_named_by_sha512(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, consumer: MakesImage
) -> None:
    """descriptor.md registers the algorithm, and asks of nobody to know it."""
    fitting, other = consumer.make(build_platform), others(consumer, build_platform, 1)[0]
    takes_in_control(consumer, lifecycle, storage, index_of(other, fitting), fitting)
    digest = digest_of(fitting.root.body, "sha512:")
    placed = storage.lend(index_of(other, Entry(fitting, fields=(("digest", digest),))), "run")
    storage.faults.give_instead(placed, digest, fitting.root)

    run = consumer.onto(lifecycle, storage, placed, build_platform)

    if run.status:
        expect.refused(run)
    else:
        takes(storage, consumer, run, {"the fitting one": fitting, "another": other}, "the fitting one")
