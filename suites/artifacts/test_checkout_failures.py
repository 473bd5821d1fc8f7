"""A target that can't do what it is for says so by its status, and leaves nothing that passes for its work."""

from __future__ import annotations

import pytest

from fixtures.artifacts.release import Release
from fixtures.artifacts.stand_ins import EVERY_CALL, Conditions
from fixtures.oci.platforms import Platform
from suites import Needs, requirement
from suites.expect import checkouts as expect

UNKNOWN = [Platform("linux", "pdp11"), Platform("tops20", "amd64")]
"""Platforms that no compiler of today has."""

STAND_INS = Needs(places=frozenset({"checkout-with-stand-ins"}))
"""A compiler fails where it is told to."""


@requirement("checkout-unknown")
@pytest.mark.parametrize("kind", ["build", "package"])
@pytest.mark.parametrize("unknown", UNKNOWN, ids=lambda platform: f"{platform.os}-{platform.architecture}")
def test_unknown_platform_is_refused(release: Release, kind: str, unknown: Platform) -> None:
    checkout = release.checkout
    goals = expect.goals_of_its_own(checkout, kind, unknown)
    known = checkout.promised[0]
    with expect.control():
        expect.built(checkout.built(known), known)

    made = checkout.copy().make(*goals)

    expect.failed(made, f"{unknown} is no platform")
    expect.nothing_left(made, unknown.architecture if unknown.os == "linux" else unknown.os)


@requirement("checkout-failure", needs=STAND_INS)
def test_build_fails_where_compiling_fails(release: Release, promised: Platform) -> None:
    checkout = release.checkout
    plain = checkout.built(promised)
    with expect.control():
        expect.built(plain, promised)

    for number in expect.calls_to_fail(checkout, plain):
        made = checkout.copy(Conditions(failing_call=number)).build(promised)

        expect.failed(made, f"call {number} of the compiler failed")
        expect.no_archive(made)


@requirement("checkout-failure", needs=STAND_INS)
def test_umbrella_fails_where_compiling_for_one_platform_fails(release: Release) -> None:
    checkout = release.checkout
    plain = checkout.together("build")
    with expect.control():
        expect.whole(plain, checkout)

    for number in expect.calls_to_fail(checkout, plain):
        made = checkout.copy(Conditions(failing_call=number)).build()

        expect.failed(made, f"call {number} of the compiler failed")
        expect.no_archive(made)


@requirement("checkout-failure")
def test_package_without_programs_leaves_no_archive(release: Release, promised: Platform) -> None:
    checkout = release.checkout
    with expect.control():
        expect.every_member(checkout)
    folder = expect.has_folder(checkout.built(promised), promised)
    others = [other for other in checkout.promised if other != promised]
    copy = checkout.copy()
    copy.build(*others[:1])

    made = copy.package(promised)

    expect.packs_or_fails(made, promised, folder, "nothing had been built for it")


@requirement("checkout-failure", needs=STAND_INS)
def test_package_leaves_no_archive_where_compiling_fails(release: Release) -> None:
    checkout = release.checkout
    with expect.control():
        expect.every_member(checkout)

    made = checkout.copy(Conditions(failing_call=EVERY_CALL)).package(*checkout.promised)

    expect.failed(made, "nothing had been built, and compiling fails")
    expect.no_archive(made)


@requirement("checkout-failure")
def test_package_leaves_no_archive_where_packing_fails(release: Release) -> None:
    checkout = release.checkout
    with expect.control():
        built = expect.every_member(checkout)
    copy = checkout.copy()
    copy.build(*checkout.promised)
    copy.under(Conditions(is_packer_failing=True))

    for platform in checkout.promised:
        made = copy.package(platform)

        expect.packs_or_fails(made, platform, expect.has_folder(built, platform), "what packs failed")
