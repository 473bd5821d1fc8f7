"""Archives, or folders of programs, that a release ships: one for each platform, whole, alike, and well named."""

from __future__ import annotations

from functools import partial

from fixtures.artifacts.release import Release
from fixtures.artifacts.shipped import Shipped
from fixtures.oci.platforms import Platform
from suites import expect, requirement


@requirement("artifact-set")
def test_each_promised_platform_has_one(release: Release, promised: Platform) -> None:
    expect.one_for(release, promised)


@requirement("artifact-set")
def test_no_other_platform_has_one(release: Release) -> None:
    expect.only_promised(release)


@requirement("artifact-complete")
def test_every_program_is_there(release: Release, promised: Platform) -> None:
    expect.of_each(expect.readable(release, promised), expect.complete)


@requirement("artifact-links")
def test_links_stay_inside_and_lead_to_programs(release: Release, promised: Platform) -> None:
    expect.of_each(expect.with_programs(release, promised), expect.whole_links)


@requirement("artifact-files-same")
def test_files_have_the_same_names_for_every_platform(release: Release) -> None:
    expect.same_files(release)


@requirement("artifact-descriptor")
def test_descriptor_states_the_version_of_the_name_and_apis(release: Release, promised: Platform) -> None:
    expect.of_each(expect.readable(release, promised), expect.described)


@requirement("artifact-descriptor-same")
def test_descriptors_of_all_platforms_say_the_same(release: Release) -> None:
    expect.same_descriptors(release)


@requirement("artifact-checksum")
def test_checksum_is_that_of_the_archive(release: Release, promised: Platform) -> None:
    def check(shipped: Shipped) -> None:
        for checksum in expect.checksums(shipped):
            expect.its_own_sum(checksum)

    expect.of_each(expect.readable(release, promised), check)


@requirement("artifact-checksum-form")
def test_checksum_is_taken_by_sha256sum(release: Release, promised: Platform) -> None:
    def check(shipped: Shipped) -> None:
        for checksum in expect.checksums(shipped):
            expect.taken_by_sha256sum(checksum, release.scratch("checksum"), release.deadline)

    expect.of_each(expect.readable(release, promised), check)


@requirement("artifact-name")
def test_archive_is_called_as_pack_asks_for_it(release: Release, promised: Platform) -> None:
    expect.of_each(expect.readable(release, promised), partial(expect.called_as_pack_asks, release))
