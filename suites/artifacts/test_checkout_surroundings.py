"""What a Makefile leaves does not depend on the machine, on the environment, or on the time of day."""

from __future__ import annotations

import pytest

from fixtures.artifacts.release import Release
from fixtures.artifacts.stand_ins import Conditions
from fixtures.oci.platforms import Platform
from suites import requirement
from suites.expect import checkouts as expect

ANOTHER_MACHINE = Conditions(machine=Platform("freebsd", "s390x"))
"""What the compiler takes the machine for, where it is not told what to compile for."""

ENVIRONMENTS = {
    "system-and-architecture": {"GOOS": "netbsd", "GOARCH": "386"},
    "variant": {"GOARM": "5"},
    "output-directory": {"OUT_DIR": "{root}/elsewhere"},
    "build-directory": {"BUILD_DIR": "{root}/elsewhere"},
}
"""What may be set for something else in the shell that make is called from."""


@requirement("checkout-any-machine")
def test_another_machine_builds_and_packs_the_same(release: Release) -> None:
    checkout = release.checkout
    with expect.control():
        plain = expect.every_member(checkout)

    made = checkout.copy(ANOTHER_MACHINE).build_and_package(*checkout.promised)

    expect.same_programs(made, plain.programs, "this machine")
    expect.same_archives(made, plain.packed, "this machine")


@requirement("checkout-environment")
@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_environment_changes_no_result(release: Release, name: str) -> None:
    checkout = release.checkout
    with expect.control():
        plain = expect.every_member(checkout)
    copy = checkout.copy()
    environment = {key: value.format(root=copy.root) for key, value in ENVIRONMENTS[name].items()}

    made = copy.build_and_package(*checkout.promised, environment=environment)

    expect.same_programs(made, plain.programs, "it does without these variables")
    expect.same_archives(made, plain.packed, "it does without these variables")


@requirement("checkout-static")
def test_programs_for_the_machine_itself_are_static(release: Release, promised: Platform) -> None:
    checkout = release.checkout
    with expect.control():
        expect.built(checkout.built(promised), promised)

    made = checkout.copy(Conditions(machine=promised)).build(promised)

    expect.built(made, promised)
    expect.is_static(made, promised)


@requirement("checkout-repeatable")
def test_packing_again_gives_the_same_bytes(release: Release, promised: Platform) -> None:
    checkout = release.checkout
    with expect.control():
        folder = expect.has_folder(expect.every_build(checkout), promised)
        once = checkout.packed(promised)
        archive = expect.packed(once, promised, folder)
    expect.packed_by_the_project(checkout, once, archive)
    checkout.wait_after(once)

    again = checkout.copy().build_and_package(promised)

    expect.repeated(expect.packed(again, promised, folder), archive)
