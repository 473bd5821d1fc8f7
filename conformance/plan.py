"""What a run will judge, decided once before collection and the same in every worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import pytest

from conformance.options import Settings
from fixtures.emulation import Runner, find_runner
from fixtures.leftovers import private_directory
from fixtures.lifecycle import target as targets
from fixtures.lifecycle.command import PLATFORM_APIS, api_order
from fixtures.lifecycle.profile import check_programs, newest_supported, probe
from fixtures.lifecycle.target import Target, TargetError
from fixtures.platforms import Platform, host_platform
from suites.catalogue import Catalogue, CatalogueError, load


@dataclass(frozen=True, order=True)
class Leg:
    """A lifecycle run as one platform at one Platform API."""

    platform: Platform
    api: str

    def __str__(self) -> str:
        return f"{self.platform.slug}-{self.api}"


@dataclass(frozen=True)
class Plan:
    """The settled facts of a run.

    `ways` says of each platform how its programs are run, in words, and what the command line begins with; `store`
    is where the registry answers, empty until it was started.
    """

    lifecycle: str
    version: str
    platform_apis: tuple[str, ...]
    platforms: tuple[str, ...]
    ways: Mapping[str, Sequence[str]]
    notes: tuple[str, ...] = ()
    store: str = ""
    store_description: str = ""
    directory: str = ""

    def to_json(self) -> dict[str, Any]:
        """Give the plan as plain values, for a worker."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Plan:
        """Undo `to_json`."""
        told: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in values.items()
        }
        return cls(**told)

    @property
    def prefixes(self) -> dict[Platform, tuple[str, ...]]:
        """What the command line of each platform's programs begins with."""
        return {Platform.parse(name): tuple(way[1:]) for name, way in self.ways.items()}

    @property
    def legs(self) -> tuple[Leg, ...]:
        """Every platform at every Platform API."""
        return tuple(Leg(Platform.parse(platform), api) for platform in self.platforms for api in self.platform_apis)


def make(settings: Settings) -> tuple[Plan, Target]:
    """Settle what will be judged, asking the lifecycle what it supports. Raises pytest.UsageError."""
    try:
        target = targets.parse(settings.lifecycle)
        runners, notes = _runners(target, settings.architectures)
        for runner in runners:
            check_programs(target, runner.platform)
        version, apis = _apis(target, runners[0], settings)
    except (TargetError, ValueError) as error:
        raise pytest.UsageError(str(error)) from error
    plan = Plan(
        lifecycle=settings.lifecycle,
        version=version,
        platform_apis=apis,
        platforms=tuple(str(runner.platform) for runner in runners),
        ways={str(runner.platform): [runner.description, *runner.prefix] for runner in runners},
        notes=notes,
    )
    return plan, target


def _runners(target: Target, wanted: Sequence[str]) -> tuple[tuple[Runner, ...], tuple[str, ...]]:
    """Settle what is run and how, the machine's own architecture first, with a note on each that is left out."""
    try:
        asked = tuple(target.programs) if "all" in wanted else tuple(Platform.parse(name) for name in wanted)
    except ValueError as error:
        raise TargetError(f"--arch {','.join(wanted)}: {error}") from error
    for platform in asked:
        if platform not in target.programs:
            raise TargetError(f"--arch {platform}: the lifecycle has no programs for it (it has {_list(target)})")
    with private_directory("emulation") as scratch:
        found = {platform: find_runner(platform, scratch) for platform in asked or target.programs}
    runners = [runner for runner in found.values() if runner is not None]
    missing = [platform for platform, runner in found.items() if runner is None]
    told = f"nothing on this machine ({host_platform()}) runs a program of that architecture; `make emulators` may help"
    if missing and (asked or not runners):
        raise TargetError(f"{', '.join(map(str, missing))}: {told}")
    own = sorted(runners, key=lambda runner: (runner.prefix, runner.description != "native"))
    return tuple(own), tuple(f"{platform}: not run, as {told}" for platform in missing)


def _list(target: Target) -> str:
    return ", ".join(map(str, target.programs))


def _apis(target: Target, runner: Runner, settings: Settings) -> tuple[str, tuple[str, ...]]:
    asked = settings.platform_apis
    for api in asked:
        if api != "all" and api not in PLATFORM_APIS:
            raise TargetError(f"--platform-api {api}: the suite knows {', '.join(PLATFORM_APIS)}")
    if not asked:
        found = newest_supported(target, runner, settings.deadline)
    elif "all" in asked:
        found = probe(target, runner, settings.deadline)
    else:
        found = probe(target, runner, settings.deadline, sorted(set(asked), key=api_order))
        refused = [api for api in asked if api not in found.platform_apis]
        if refused:
            raise TargetError(
                f"--platform-api {', '.join(refused)}: the lifecycle does not support it (exit status 11)"
            )
    # A lifecycle that supports none is judged all the same, and nothing it does will pass.
    return found.version, found.platform_apis or PLATFORM_APIS[-1:]


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


def with_store(plan: Plan, address: str, description: str, directory: str, notes: Sequence[str]) -> Plan:
    """Give the plan with the registry that was started for it."""
    told = (*plan.notes, *notes)
    return replace(plan, store=address, store_description=description, directory=directory, notes=told)
