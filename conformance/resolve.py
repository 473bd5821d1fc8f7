"""From what was asked for to the plan: the target's platforms that run here, and the Platform APIs it is judged at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from conformance.options import Settings
from conformance.plan import Plan
from conformance.release import release_for
from fixtures.cleanup.files import make_directory
from fixtures.errors import NotHere, TargetError
from fixtures.execution.emulation import find_executor
from fixtures.execution.host import HostSpec
from fixtures.lifecycle.capabilities import CAPABILITIES
from fixtures.lifecycle.platform_api import KNOWN, PlatformApi
from fixtures.lifecycle.probe import Probe
from fixtures.lifecycle.targets import open_target
from fixtures.lifecycle.targets.base import InstallationSpec, Target, TargetFacts
from fixtures.oci.platforms import LINUX, Platform, host_platform
from fixtures.registry.stores.base import Store
from suites.requirements.catalogue import Catalogue, CatalogueError, load
from suites.requirements.table import guess

PROBE = "probe"
"""The directory, in the private one of the run, of a lifecycle that is only asked what it supports."""


def resolve_plan(settings: Settings, directory: Path) -> Plan:
    """Decide what will be judged, asking the lifecycle what it supports, with what that takes in a directory.

    Raises pytest.UsageError.
    """
    try:
        release = release_for(settings, directory) if settings.artifacts else None
        if not settings.lifecycle:
            return Plan(None, "", (), (), str(directory), release, notes=settings.warnings, storages=())
        return replace(plan_for(open_target(settings.lifecycle, directory), settings, directory), release=release)
    except (TargetError, ValueError) as error:
        raise pytest.UsageError(str(error)) from error


def plan_for(target: Target, settings: Settings, directory: Path) -> Plan:
    """Decide what will be judged of an opened target. Raises TargetError, and ValueError on an unknown machine."""
    asked = _asked(target, settings.architectures)
    usual = _usual(target, whole=not settings.samples)
    installed = _install(target, asked or usual, directory)
    if not installed.ready or (asked and installed.missing):
        raise TargetError(_why_not(target, installed.missing))
    apis = _apis(target, installed.ready[0], settings, directory)
    hosts, unstarted = _hosts(directory)
    sampled = target.defaults.sampled
    sampled_platform = "" if asked or sampled not in [each.platform for each in installed.ready] else str(sampled)
    return Plan(
        target=target.facts,
        version=apis.version,
        platform_apis=apis.judged,
        installations=installed.ready,
        directory=str(directory),
        hosts=hosts,
        skipped_platforms={} if asked else _skipped(target, installed.missing),
        sampled_platform=sampled_platform,
        usual_platforms=usual,
        narrowed_by=(
            *_narrowed_by_architecture(settings, usual if asked else (), installed.ready, directory),
            *([f"--platform-api={','.join(settings.platform_apis)}"] if apis.newer else []),
        ),
        notes=(
            *settings.warnings,
            *([_note_on_sample(sampled_platform)] if sampled_platform else []),
            *(
                [f"{sampled}: left out, as a sample of the cases is asked for"]
                if settings.samples and not asked and sampled
                else []
            ),
            *_note_on_part(target.facts),
            *target.notes,
            *unstarted,
        ),
    )


def _asked(target: Target, wanted: Sequence[str]) -> tuple[Platform, ...]:
    """Return the platforms that were asked for; none where the choice was left to the defaults."""
    try:
        asked = tuple(target.platforms) if "all" in wanted else tuple(Platform.parse(name) for name in wanted)
    except ValueError as error:
        raise TargetError(f"--arch {','.join(wanted)}: {error}") from error
    for platform in asked:
        if platform not in target.platforms:
            raise TargetError(f"--arch {platform}: {_absent(target, with_hint=platform in LINUX)}")
    return asked


def _usual(target: Target, *, whole: bool) -> tuple[Platform, ...]:
    """Return the platforms of the defaults that there are programs for; of a sample, what is one itself is no part."""
    platforms = target.defaults.platforms or target.platforms
    left_out = None if whole else target.defaults.sampled
    return tuple(platform for platform in platforms if platform in target.platforms and platform != left_out)


@dataclass(frozen=True)
class _Installed:
    """What can be run here, the machine's own architecture first, and why the rest can't."""

    ready: tuple[InstallationSpec, ...]
    missing: Mapping[Platform, str]


def _install(target: Target, platforms: Sequence[Platform], directory: Path) -> _Installed:
    ready, missing = [], {}
    for platform in platforms:
        try:
            ready.append(target.install(platform, directory))
        except NotHere as reason:
            missing[platform] = str(reason)
    ready.sort(key=lambda each: (each.executor.prefix, not each.platform.same_architecture(host_platform())))
    return _Installed(tuple(ready), missing)


def _why_not(target: Target, missing: Mapping[Platform, str]) -> str:
    """Say why platforms can't be judged, those with the same reason together."""
    by_reason: dict[str, list[str]] = {}
    for platform, reason in missing.items():
        by_reason.setdefault(reason, []).append(str(platform))
    reasons = [f"{', '.join(platforms)}: {reason}" for reason, platforms in by_reason.items()]
    return "; ".join(reasons) or f"{target.facts.text}: it has no programs for linux"


def _skipped(target: Target, missing: Mapping[Platform, str]) -> dict[str, str]:
    """Say why platforms of the defaults are not judged."""
    absent = [platform for platform in target.defaults.platforms if platform not in target.platforms]
    return {str(platform): why for platform, why in {**missing, **dict.fromkeys(absent, _absent(target))}.items()}


def _absent(target: Target, *, with_hint: bool = True) -> str:
    reason = f"the lifecycle has no programs for it (it has {', '.join(map(str, target.platforms))})"
    return f"{reason}; {target.defaults.hint}" if with_hint and target.defaults.hint else reason


def _note_on_sample(platform: str) -> str:
    part = "judged by a sample: one case of each requirement of issue-435 and oci, and a part of the examples"
    return f"{platform}: {part}; --arch=all judges it by all"


def _narrowed_by_architecture(
    settings: Settings, usual: Sequence[Platform], ready: Sequence[InstallationSpec], directory: Path
) -> list[str]:
    """Name the option by which platforms are not judged that would be by default, and could be here."""
    judged = {each.platform for each in ready}
    unasked = [platform for platform in usual if platform not in judged and find_executor(platform, directory)]
    return [f"--arch={','.join(settings.architectures)}"] if unasked else []


def _hosts(directory: Path) -> tuple[tuple[HostSpec, ...], tuple[str, ...]]:
    """Find out which platforms' app images can be started here, with a note on those that can't."""
    found = {platform: find_executor(platform, directory) for platform in LINUX}
    missing = ", ".join(str(platform) for platform, host in found.items() if host is None)
    note = (
        f"{missing}: app images for these are rebased but not started, as nothing on this machine runs their programs"
    )
    return tuple(host for host in found.values() if host is not None), (note,) if missing else ()


@dataclass(frozen=True)
class _Apis:
    """The version of a lifecycle, the Platform APIs to judge it at, and newer ones that it would do as well."""

    version: str
    judged: tuple[PlatformApi, ...]
    newer: tuple[PlatformApi, ...]


def _apis(target: Target, spec: InstallationSpec, settings: Settings, directory: Path) -> _Apis:
    """Ask the programs of one platform, unless the target file says what they speak."""
    asked = settings.platform_apis
    known = {str(api): api for api in KNOWN}
    for name in asked:
        if name != "all" and name not in known:
            raise TargetError(f"--platform-api {name}: the suite knows {', '.join(known)}")
    if target.facts.platform_apis:
        return _stated_apis(target.facts, asked)
    installation = spec.open(directory, directory / PROBE)
    try:
        home = directory / PROBE / "home"
        make_directory(home, installation.executor.owner)
        probe = Probe(target.facts, installation, home, settings.deadline)
        newer: tuple[PlatformApi, ...] = ()
        if not asked:
            found = probe.newest()
        elif "all" in asked:
            found = probe.all()
        else:
            wanted = sorted({known[name] for name in asked})
            found = probe.all(wanted)
            newer = probe.supported([api for api in KNOWN if api > wanted[-1]])
    finally:
        installation.executor.close()
    refused = [name for name in asked if name not in ("all", *map(str, found.platform_apis))]
    if refused:
        raise TargetError(f"--platform-api {', '.join(refused)}: the lifecycle does not support it (exit status 11)")
    # A lifecycle that supports none is judged all the same, and nothing it does will pass.
    return _Apis(found.version, found.platform_apis or KNOWN[-1:], newer)


def _stated_apis(facts: TargetFacts, asked: Sequence[str]) -> _Apis:
    """Choose among the Platform APIs that a target file states. Raises TargetError for others."""
    stated = tuple(api for api in KNOWN if str(api) in facts.platform_apis)
    if refused := [name for name in asked if name not in ("all", *map(str, stated))]:
        raise TargetError(f"--platform-api {', '.join(refused)}: its target file does not name it")
    wanted = tuple(api for api in stated if str(api) in asked or "all" in asked) if asked else stated[-1:]
    return _Apis("", wanted, tuple(api for api in stated if api > wanted[-1]) if asked else ())


def _note_on_part(facts: TargetFacts) -> Iterator[str]:
    """Say of a target that is no whole lifecycle what it is, and what it lacks."""
    if facts.phases:
        yield f"the target does the job of the {' and '.join(facts.phases)} alone: nothing is said of other phases"
    if lacking := [name for name in CAPABILITIES if name not in facts.capabilities]:
        yield f"by its target file the target can't do {', '.join(lacking)}: nothing is said of these"


def read_catalogue(settings: Settings) -> Catalogue:
    """Read the catalogue with the overrides asked for. Raises pytest.UsageError."""
    try:
        catalogue = load(overrides=settings.requirements)
    except CatalogueError as error:
        raise pytest.UsageError(str(error)) from error
    unknown = [name for name in settings.authorities if name not in catalogue.authorities]
    if unknown:
        known = ", ".join(catalogue.authorities)
        meant = guess(unknown[0], catalogue.authorities)
        raise pytest.UsageError(f"--authority {', '.join(unknown)}: the authorities are {known}{meant}")
    strange = [name for name in settings.only if name not in catalogue]
    if strange:
        meant = guess(strange[0], catalogue) or "; lifecycle-conformance list tells them"
        raise pytest.UsageError(f"--only {', '.join(strange)}: no such requirement{meant}")
    return catalogue


def with_store(plan: Plan, store: Store) -> Plan:
    """Return the plan with the registry that was started for it."""
    return replace(
        plan,
        store=store.address,
        store_description=store.description,
        store_abilities={each.name: each.reason for each in store.abilities},
        notes=(*plan.notes, *store.notes),
    )
