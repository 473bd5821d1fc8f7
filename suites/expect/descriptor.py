"""What lifecycle.toml of a release ought to say, and programs to answer as it does."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fixtures.artifacts.programs import ProgramRun
from fixtures.artifacts.release import Release
from fixtures.artifacts.shipped import DESCRIPTOR, VERSION, Descriptor, Shipped
from fixtures.artifacts.versions import version_in
from fixtures.errors import ReleaseDamaged
from fixtures.lifecycle.phases import UNSUPPORTED_API
from fixtures.lifecycle.platform_api import KNOWN, UNKNOWN_TO_ALL
from fixtures.oci.elf import STATUS
from suites.expect.artifacts import readable
from suites.expect.outcomes import NotApplicable, Untestable, holds, same

_API = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)")


def described(shipped: Shipped) -> None:
    """Raise NonConforming unless an archive's descriptor states the version of its name, and APIs.

    A folder may be without one: a build leaves programs, and the descriptor is packed with them.
    """
    _check_folder(shipped)
    found = shipped.descriptor
    holds(found.version, f"{DESCRIPTOR} of {shipped} to state a version", "[lifecycle] version is missing")
    if shipped.version:
        same(f"the version that {DESCRIPTOR} of {shipped} states", _plain(found.version), shipped.version)
    for kind, apis in (("platform", found.platform_apis), ("buildpack", found.buildpack_apis)):
        expected = f"{DESCRIPTOR} of {shipped} to list {kind} APIs, each two numbers with a dot"
        holds(apis and all(map(_API.fullmatch, apis)), expected, ", ".join(apis) or "none")


def _check_folder(shipped: Shipped) -> None:
    if not shipped.is_archive and not shipped.descriptor_name:
        raise NotApplicable(f"it is a folder as a build leaves it, without {DESCRIPTOR}")


def _plain(version: str) -> str:
    """Give a version as names of archives have it: without a leading v, and without what stands behind a plus."""
    return version.removeprefix("v").partition("+")[0]


def descriptor_of(shipped: Shipped) -> Descriptor:
    """Give what a descriptor says. Raises Untestable where it can't be read, or says nothing."""
    _check_folder(shipped)
    try:
        found = shipped.descriptor
    except ReleaseDamaged as problem:
        raise Untestable(str(problem)) from problem
    if not (found.version and found.platform_apis):
        raise Untestable(f"{DESCRIPTOR} of {shipped} states no version, or no Platform API")
    return found


def same_descriptors(release: Release) -> None:
    """Raise NonConforming unless the descriptors of all platforms state the same version and the same APIs."""
    every = [each for platform in release.promised for each in readable(release, platform)]
    found = [(each, descriptor_of(each)) for each in every if each.is_archive or each.descriptor_name]
    if len(found) < 2:
        raise NotApplicable("there are no two descriptors")
    (first, stated), *others = found
    for other, said in others:
        same(f"what {DESCRIPTOR} of {other} says, as that of {first}", _facts(said), _facts(stated))


def _facts(descriptor: Descriptor) -> dict[str, object]:
    return {
        "version": _plain(descriptor.version),
        "platform APIs": sorted(descriptor.platform_apis),
        "buildpack APIs": sorted(descriptor.buildpack_apis),
    }


def newest_api(shipped: Shipped) -> str:
    """Give the newest Platform API that the suite knows of those that a descriptor lists, or of all."""
    try:
        listed = shipped.descriptor.platform_apis
    except ReleaseDamaged:
        listed = ()
    return next((str(api) for api in reversed(KNOWN) if str(api) in listed), str(KNOWN[-1]))


def not_listed(descriptor: Descriptor) -> tuple[str, ...]:
    """Give Platform APIs that a descriptor leaves out: such as no lifecycle supports, and others that the suite knows.

    One in the form of RFC 0011, which states a single API, leaves open which others there are.
    """
    others = (*KNOWN, *UNKNOWN_TO_ALL) if descriptor.lists_all else UNKNOWN_TO_ALL
    return tuple(str(api) for api in others if str(api) not in descriptor.platform_apis)


def phases_to_start(shipped: Shipped) -> Sequence[str]:
    """Give the phases, without the launcher, whose programs are there and may be executed. Raises Untestable."""
    found = [phase for phase in shipped.programs() if phase != "launcher" and _may_start(shipped, phase)]
    if not found:
        raise Untestable(f"{shipped} has no program of a phase that may be executed")
    return found


def _may_start(shipped: Shipped, phase: str) -> bool:
    name = shipped.program(phase)
    return shipped.tree.path(name) is not None and shipped.tree.follow(name).is_executable


def has_launcher(shipped: Shipped) -> None:
    """Raise Untestable where there is no launcher that may be executed."""
    if not _may_start(shipped, "launcher"):
        raise Untestable(f"{shipped} has no launcher that may be executed")


def launches(run: ProgramRun) -> None:
    """Raise NonConforming unless a launcher gave the exit status of the program that it had started."""
    holds(run.status == STATUS, f"{run.name} to start a program that exits with {STATUS}, and to give this", run.ending)


def says_version(run: ProgramRun, version: str = "") -> None:
    """Raise NonConforming unless a program ended with 0 and said a version, this one where it is given."""
    expected = f"{run.name} -version to say {f'version {version}' if version else 'its version'}, and to exit with 0"
    holds(run.status == 0, expected, run.ending)
    said, wanted = VERSION.findall(run.stdout), _plain(version)
    # What is no version of semver, such as a commit, is looked for as it stands.
    found = wanted in (run.stdout if version_in(wanted) is None else said) if wanted else said
    holds(found, expected, f"{run.stdout.strip()[:200] or 'nothing'} on standard output")


def refuses_api(run: ProgramRun, api: str) -> None:
    """Raise NonConforming unless a program refused a Platform API that is not listed."""
    expected = f"{run.name} to exit with {UNSUPPORTED_API} at Platform API {api}, which {DESCRIPTOR} does not list"
    holds(run.status == UNSUPPORTED_API, expected, run.ending)


def takes_api(run: ProgramRun, api: str) -> None:
    """Raise NonConforming where a program refused a Platform API that is listed, or did not end by itself."""
    expected = f"{run.name} to take Platform API {api}, which {DESCRIPTOR} lists"
    holds(run.status is not None and run.status >= 0, expected, run.ending)
    holds(run.status != UNSUPPORTED_API, expected, run.ending)
