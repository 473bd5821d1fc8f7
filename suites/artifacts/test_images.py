"""The lifecycle image of a release: one image for each platform, whole, described as what it is, and on a base."""

from __future__ import annotations

from fixtures.artifacts.release import Release
from fixtures.oci.platforms import Platform
from suites import Needs, expect, requirement

beside_archives = Needs(subject="release", places=frozenset({"archives"}))


@requirement("image-children")
def test_each_promised_platform_has_one(release: Release, promised: Platform) -> None:
    for image in expect.images.shipped_images(release):
        expect.images.has_child(image, promised)


@requirement("image-children")
def test_no_other_platform_has_one(release: Release) -> None:
    for image in expect.images.shipped_images(release):
        expect.images.has_no_other(image, release.images)


@requirement("image-entry")
def test_entries_state_what_configs_state(release: Release) -> None:
    for image in expect.images.published_images(release):
        expect.images.each(image.children, expect.images.described_as_it_is)


@requirement("image-architecture")
def test_programs_are_for_the_platform_of_the_config(release: Release) -> None:
    for image in expect.images.published_images(release):
        expect.images.each(image.children, expect.images.made_for_its_platform)


@requirement("image-complete")
def test_images_have_every_program(release: Release) -> None:
    for image in expect.images.published_images(release):
        expect.images.each(image.children, expect.images.complete)


@requirement("image-labels")
def test_labels_say_what_the_descriptor_says(release: Release) -> None:
    for image in expect.images.published_images(release):
        expect.images.each(image.children, expect.images.labeled_as_described)


@requirement("image-labels")
def test_programs_say_the_version_of_the_label(release: Release, promised: Platform) -> None:
    for image in expect.images.published_images(release):
        expect.images.say_the_version(image, promised, release)


@requirement("image-same")
def test_images_are_of_one_version(release: Release) -> None:
    for image in expect.images.published_images(release):
        expect.images.same_release(image, release.images)


@requirement("image-same", needs=beside_archives)
def test_images_are_of_the_version_of_the_archives(release: Release, promised: Platform) -> None:
    for image in expect.images.published_images(release):
        expect.images.of_the_archive(image, promised, release)


@requirement("image-same-config", needs=beside_archives)
def test_images_have_the_programs_of_the_archives(release: Release, promised: Platform) -> None:
    for image in expect.images.published_images(release):
        expect.images.made_of_the_archive(image, promised, release)


@requirement("image-same-config")
def test_images_are_alike(release: Release) -> None:
    for image in expect.images.published_images(release):
        expect.images.same_otherwise(image, release.images)


@requirement("image-base")
def test_images_stand_on_a_base(release: Release) -> None:
    for image in expect.images.published_images(release):
        expect.images.each(image.children, expect.images.on_a_base)
