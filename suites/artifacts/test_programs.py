"""Programs that a release ships: for the platform that their place is named for, and they start there."""

from __future__ import annotations

from fixtures.artifacts.release import Release
from fixtures.artifacts.shipped import Shipped
from fixtures.oci.platforms import Platform
from suites import expect, requirement


@requirement("artifact-architecture")
def test_programs_are_of_the_platform_that_their_place_names(release: Release, promised: Platform) -> None:
    expect.of_each(expect.with_programs(release, promised), expect.of_its_platform)


@requirement("artifact-variant")
def test_programs_need_no_newer_variant(release: Release, promised: Platform) -> None:
    expect.has_variants(promised)
    expect.of_each(expect.with_programs(release, promised), expect.needs_no_newer)


@requirement("artifact-static")
def test_programs_need_nothing_else_to_start(release: Release, promised: Platform) -> None:
    expect.of_each(expect.with_programs(release, promised), expect.needs_nothing)


@requirement("artifact-starts")
def test_every_phase_says_its_version(release: Release, promised: Platform) -> None:
    release.programs.check(promised)

    def check(shipped: Shipped) -> None:
        api = expect.newest_api(shipped)
        for phase in expect.phases_to_start(shipped):
            expect.says_version(release.start(shipped, phase, "-version", api=api))

    expect.of_each(expect.with_programs(release, promised), check)


@requirement("artifact-starts")
def test_launcher_starts_a_process_and_gives_its_exit_status(release: Release, promised: Platform) -> None:
    release.programs.check(promised)

    def check(shipped: Shipped) -> None:
        expect.has_launcher(shipped)
        expect.launches(release.launch(shipped, api=expect.newest_api(shipped)))

    expect.of_each(expect.with_programs(release, promised), check)


@requirement("artifact-descriptor")
def test_programs_say_the_version_of_the_descriptor(release: Release, promised: Platform) -> None:
    release.programs.check(promised)

    def check(shipped: Shipped) -> None:
        stated, asked = expect.descriptor_of(shipped), expect.phases_to_start(shipped)[0]
        expect.says_version(release.start(shipped, asked, "-version", api=expect.newest_api(shipped)), stated.version)

    expect.of_each(expect.with_programs(release, promised), check)


@requirement("artifact-descriptor")
def test_programs_take_the_platform_apis_that_are_listed_and_no_other(release: Release, promised: Platform) -> None:
    release.programs.check(promised)

    def check(shipped: Shipped) -> None:
        asked, stated = expect.phases_to_start(shipped)[0], expect.descriptor_of(shipped)
        for api in stated.platform_apis:
            expect.takes_api(release.start(shipped, asked, api=api), api)
        for api in expect.not_listed(stated):
            expect.refuses_api(release.start(shipped, asked, api=api), api)

    expect.of_each(expect.with_programs(release, promised), check)
