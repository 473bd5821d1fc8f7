"""What the targets of a Makefile leave: for one platform, for all, from wherever they are called, in whatever order."""

from __future__ import annotations

import pytest

from fixtures.artifacts.release import Release
from fixtures.artifacts.stand_ins import Conditions
from fixtures.oci.platforms import Platform
from suites import requirement
from suites.expect import checkouts as expect

LATE = Conditions(is_slow=True)
"""Tools that others have to wait for are late: what does not wait shows each time."""


@requirement("checkout-build")
def test_build_leaves_the_programs_of_its_platform(release: Release, promised: Platform) -> None:
    expect.has_tools(release.checkout)

    expect.built(release.checkout.built(promised), promised)


@requirement("checkout-build")
def test_build_from_elsewhere_leaves_the_same_in_the_checkout(release: Release, promised: Platform) -> None:
    checkout = release.checkout
    plain = checkout.built(promised)
    with expect.control():
        expect.built(plain, promised)

    made = checkout.copy().build(promised, from_elsewhere=True)

    expect.nothing_elsewhere(made)
    expect.same_programs(made, plain.programs, f"`{plain.shell}`")


@requirement("checkout-package")
def test_package_leaves_an_archive_of_its_own_folder(release: Release, promised: Platform) -> None:
    checkout = release.checkout
    with expect.control():
        expect.every_build(checkout)
    made = checkout.packed(promised)

    archive = expect.packed(made, promised, expect.has_folder(made, promised))

    expect.packed_alone(made, archive)


@requirement("checkout-umbrella")
def test_umbrella_builds_what_its_members_build(release: Release) -> None:
    checkout = release.checkout
    with expect.control():
        expect.every_build(checkout)
    made = checkout.together("build")

    expect.same_programs(made, checkout.built_by_members(made), "the target of each platform")


@requirement("checkout-umbrella")
def test_umbrella_packs_what_its_members_pack(release: Release) -> None:
    checkout = release.checkout
    with expect.control():
        expect.every_member(checkout)
    made = checkout.together("package")

    expect.same_archives(made, checkout.packed_by_members(made), "the target of each platform")


@requirement("checkout-apart")
@pytest.mark.parametrize("is_backwards", [False, True], ids=["in-order", "in-reverse"])
def test_a_target_leaves_what_was_made_for_other_platforms(release: Release, *, is_backwards: bool) -> None:
    checkout = release.checkout
    for platform in checkout.promised:
        with expect.control():
            expect.built(checkout.built(platform), platform)

    for before, platform, made in checkout.steps(is_backwards=is_backwards):
        expect.others_untouched(made, set(checkout.promised) - {platform}, before)


@requirement("checkout-parallel")
def test_parallel_build_leaves_what_one_job_leaves(release: Release) -> None:
    checkout = release.checkout
    plain = checkout.together("build")
    with expect.control():
        expect.whole(plain, checkout)

    made = checkout.copy(LATE).build(jobs=4)

    expect.same_programs(made, plain.programs, f"`{plain.shell}`")


@requirement("checkout-parallel")
def test_parallel_package_leaves_what_one_job_leaves(release: Release) -> None:
    checkout = release.checkout
    plain = checkout.together("package")
    with expect.control():
        expect.whole(plain, checkout)
    copy = checkout.copy()
    with expect.control():
        expect.whole(copy.build(), checkout)

    copy.under(LATE)
    made = copy.package(jobs=4)

    expect.same_archives(made, plain.packed, f"`{plain.shell}`")
    expect.same_contents(made, plain.contents, f"`{plain.shell}`")
