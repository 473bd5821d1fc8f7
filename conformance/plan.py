"""What a run will judge, decided once before collection and the same in every worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from conformance.options import Settings
from conformance.setting import Setting
from fixtures.cleanup.files import make_directory
from fixtures.errors import NotHere, TargetError
from fixtures.execution.container import InContainer
from fixtures.execution.emulation import Runner, find_runner
from fixtures.execution.host import Execution, OnHost
from fixtures.lifecycle.platform_api import KNOWN, PlatformApi
from fixtures.lifecycle.probe import Asked, check_programs
from fixtures.lifecycle.targets import base as targets
from fixtures.lifecycle.targets import image as images
from fixtures.lifecycle.targets.base import IN_IMAGE, PHASES, Programs, Target
from fixtures.oci.platforms import LINUX, Platform, host_platform
from suites.requirements.catalogue import Catalogue, CatalogueError, load

ASKED = "asked"
"""The directory, in the private one of the run, of a lifecycle that is only asked what it supports."""


@dataclass(frozen=True)
class Plan:
    """The settled facts of a run.

    `target` is what is judged and `runners` how, one for each platform; `starters` say how app images of each platform
    that can run here are started; `left_out` says why platforms that are judged by default, and can't be here, are
    not; `in_brief` names the one that is judged by a part of the cases; `narrowed_by` holds the options by which fewer
    platforms or older Platform APIs are judged than by default; `store` is where the registry answers, empty until it
    was started; `ends_at` is when the time of the run is over, by `time.monotonic`, 0 for never.
    """

    target: Target
    version: str
    platform_apis: tuple[PlatformApi, ...]
    runners: tuple[Runner, ...]
    directory: str
    starters: tuple[Runner, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    in_brief: str = ""
    narrowed_by: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    store: str = ""
    store_description: str = ""
    ends_at: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Give the plan as plain values, for a worker."""
        told = {"runners": _to_json(self.runners), "starters": _to_json(self.starters)}
        apis = [*map(str, self.platform_apis)]
        return {**vars(self), "target": self.target.to_json(), "platform_apis": apis, **told}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Plan:
        """Undo `to_json`."""
        told: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in values.items()
        }
        told |= {name: _from_json(values[name]) for name in ("runners", "starters")}
        told["platform_apis"] = tuple(map(PlatformApi.parse, values["platform_apis"]))
        return cls(**{**told, "target": Target.from_json(values["target"])})

    def executions(self, shared: Path) -> dict[Platform, Execution]:
        """Give what runs the programs of each platform, on files in a directory; who asks closes them."""
        return {runner.platform: execution_of(runner, Path(self.directory), shared) for runner in self.runners}

    @property
    def platforms(self) -> tuple[Platform, ...]:
        """What the lifecycle is run as."""
        return tuple(runner.platform for runner in self.runners)

    @property
    def startable(self) -> dict[Platform, tuple[str, ...]]:
        """The platforms whose programs run here, with what their command lines begin with."""
        return {runner.platform: runner.prefix for runner in self.starters}

    @property
    def settings(self) -> tuple[Setting, ...]:
        """Every platform at every Platform API."""
        source = self.target.platform_source
        return tuple(
            Setting(runner.platform, api, platform_source=source)
            for runner in self.runners
            for api in self.platform_apis
        )


def make(settings: Settings, directory: Path) -> Plan:
    """Settle what will be judged, asking the lifecycle what it supports, with what that takes in a directory.

    Raises pytest.UsageError.
    """
    try:
        target, runners, left_out, usual = _settle(targets.parse(settings.lifecycle), settings.architectures, directory)
        for runner in runners if not target.image else ():
            check_programs(target, runner.platform)
        version, apis, newer = _apis(target, runners[0], settings, directory)
    except (TargetError, ValueError) as error:
        raise pytest.UsageError(str(error)) from error
    starters, unstarted = _starters(directory)
    unasked = {platform for platform in usual if find_runner(platform, directory)} - {each.platform for each in runners}
    narrowed_by = [f"--arch={','.join(settings.architectures)}"] if unasked else []
    narrowed_by += [f"--platform-api={','.join(settings.platform_apis)}"] if newer else []
    plan = Plan(
        target=target,
        version=version,
        platform_apis=apis,
        runners=runners,
        directory=str(directory),
        starters=starters,
        left_out=left_out,
        narrowed_by=tuple(narrowed_by),
        notes=(*target.left_aside, *unstarted),
    )
    if target.in_brief in plan.platforms and not settings.architectures:
        brief = "judged in brief, by a few cases of every test and a part of the examples; --arch=all judges it by all"
        told = f"{target.in_brief}: {brief}"
        plan = replace(plan, in_brief=str(target.in_brief), notes=(told, *plan.notes))
    return plan


def _to_json(runners: Sequence[Runner]) -> list[dict[str, Any]]:
    return [{**vars(runner), "platform": str(runner.platform)} for runner in runners]


def _from_json(values: Sequence[Mapping[str, Any]]) -> tuple[Runner, ...]:
    return tuple(
        Runner(**{**each, "platform": Platform.parse(each["platform"]), "prefix": tuple(each["prefix"])})
        for each in values
    )


def _starters(directory: Path) -> tuple[tuple[Runner, ...], tuple[str, ...]]:
    """Settle which platforms' app images can be started here, with a note on those that can't."""
    found = {platform: find_runner(platform, directory) for platform in LINUX}
    missing = ", ".join(str(platform) for platform, runner in found.items() if runner is None)
    note = (
        f"{missing}: app images for these are rebased but not started, as nothing on this machine runs their programs"
    )
    return tuple(runner for runner in found.values() if runner is not None), (note,) if missing else ()


def execution_of(runner: Runner, directory: Path, shared: Path) -> Execution:
    """Give what runs programs in the way that a runner says; containers get to see the files in `shared`."""
    return InContainer(runner, directory, shared) if runner.image else OnHost(runner.prefix)


Settled = tuple[Target, tuple[Runner, ...], dict[str, str], Sequence[Platform]]


def _settle(target: Target, wanted: Sequence[str], directory: Path) -> Settled:
    """Settle what is run and how, the machine's own architecture first, and why others of the defaults are not.

    The last of what it gives are the platforms of the default.
    """
    source = images.find(target.image) if target.image else None
    offered = tuple(source.platforms if source else target.programs)
    try:
        asked = offered if "all" in wanted else tuple(Platform.parse(name) for name in wanted)
    except ValueError as error:
        raise TargetError(f"--arch {','.join(wanted)}: {error}") from error
    for platform in asked:
        if platform not in offered:
            raise TargetError(f"--arch {platform}: {_absent(target, offered)}")
    usual = [platform for platform in target.defaults or offered if platform in offered]
    found = {platform: find_runner(platform, directory) for platform in asked or usual}
    runners = [runner for runner in found.values() if runner is not None]
    missing = [platform for platform, runner in found.items() if runner is None]
    told = f"nothing on this machine ({host_platform()}) runs a program of that architecture; `make emulators` may help"
    if missing and (asked or not runners):
        raise TargetError(f"{', '.join(map(str, missing)) or target.text}: {told}")
    own = tuple(sorted(runners, key=lambda runner: (runner.prefix, runner.description != "native")))
    absent = [] if asked else [platform for platform in target.defaults if platform not in offered]
    why = {**dict.fromkeys(missing, told), **dict.fromkeys(absent, _absent(target, offered))}
    if source:
        own, unplaced = _in_containers(target, source, own, directory)
        if unplaced and (asked or not own):
            raise TargetError("; ".join(unplaced.values()))
        target = replace(target, programs={runner.platform: Programs(IN_IMAGE) for runner in own})
        why |= unplaced
    return target, own, {str(platform): reason for platform, reason in why.items()}, usual if asked else ()


def _in_containers(
    target: Target, source: images.Source, runners: Sequence[Runner], directory: Path
) -> tuple[tuple[Runner, ...], dict[Platform, str]]:
    """Settle how programs of an image are run, and why those of other platforms are not."""
    placed, unplaced = [], {}
    for runner in runners:
        try:
            placed.append(_in_image(target, source, runner, directory))
        except NotHere as reason:
            unplaced[runner.platform] = str(reason)
    return tuple(placed), unplaced


def _in_image(target: Target, source: images.Source, runner: Runner, directory: Path) -> Runner:
    """Have the engine hold the image for a runner's platform, and see that its programs run there."""
    placed = replace(
        runner,
        description=f"docker, {runner.description}",
        image=source.fetch(runner.platform, directory),
        image_name=target.image,
        as_root=target.as_root,
    )
    container = InContainer(placed, directory, directory / ASKED)
    try:
        container.prove(PHASES, IN_IMAGE)
    finally:
        container.close()
    return placed


def _absent(target: Target, offered: Sequence[Platform]) -> str:
    told = f"the lifecycle has no programs for it (it has {', '.join(map(str, offered))})"
    return f"{told}; {target.get}" if target.get else told


def _apis(
    target: Target, runner: Runner, settings: Settings, directory: Path
) -> tuple[str, tuple[PlatformApi, ...], tuple[PlatformApi, ...]]:
    """Give the version of a lifecycle, the Platform APIs to judge it at, and newer ones that it would do as well."""
    asked = settings.platform_apis
    known = {str(api): api for api in KNOWN}
    for name in asked:
        if name != "all" and name not in known:
            raise TargetError(f"--platform-api {name}: the suite knows {', '.join(known)}")
    execution = execution_of(runner, directory, directory / ASKED)
    programs = target.programs[runner.platform]
    try:
        home = directory / ASKED / "home"
        make_directory(home, execution.owner)
        lifecycle = Asked(target, programs, execution, home, settings.deadline)
        newer: tuple[PlatformApi, ...] = ()
        if not asked:
            found = lifecycle.newest()
        elif "all" in asked:
            found = lifecycle.probe()
        else:
            wanted = sorted({known[name] for name in asked})
            found = lifecycle.probe(wanted)
            newer = lifecycle.supported([api for api in KNOWN if api > wanted[-1]])
    finally:
        execution.close()
    refused = [name for name in asked if name not in ("all", *map(str, found.platform_apis))]
    if refused:
        raise TargetError(f"--platform-api {', '.join(refused)}: the lifecycle does not support it (exit status 11)")
    # A lifecycle that supports none is judged all the same, and nothing it does will pass.
    return found.version, found.platform_apis or KNOWN[-1:], newer


def read_catalogue(settings: Settings) -> Catalogue:
    """Read the catalogue with the overrides asked for. Raises pytest.UsageError."""
    try:
        catalogue = load(overrides=settings.requirements)
    except CatalogueError as error:
        raise pytest.UsageError(str(error)) from error
    unknown = [name for name in settings.authorities if name not in catalogue.authorities]
    if unknown:
        known = ", ".join(catalogue.authorities)
        raise pytest.UsageError(f"--profile {', '.join(unknown)}: the authorities are {known}")
    strange = [name for name in settings.only if name not in catalogue]
    if strange:
        raise pytest.UsageError(f"--only {', '.join(strange)}: no such requirement; docs/requirements.md lists them")
    return catalogue


def with_store(plan: Plan, address: str, description: str, notes: Sequence[str]) -> Plan:
    """Give the plan with the registry that was started for it."""
    return replace(plan, store=address, store_description=description, notes=(*plan.notes, *notes))
