"""`doctor`: what this machine can judge, what is missing, and how to get it.

With a target also one export and one rebase are run. Nothing is changed: what is tried is in a directory of its own.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator

import pytest

from conformance import facts, options, resolve, smoke
from conformance.facts import Fact
from conformance.options import OPTIONS, Settings
from conformance.plan import Plan
from conformance.refused import Refused
from conformance.selection import Selection
from fixtures.cleanup import sweep
from fixtures.lifecycle.run import PhaseRun
from fixtures.registry.stores.base import RegistryUnavailable
from fixtures.registry.stores.choose import choose, why_no_registry
from suites.requirements.catalogue import Catalogue

TAKEN = ("lifecycle", "artifacts", "platform-api", "arch", "registry", "requirements", "deadline")
"""The options of a run that change what is said here."""

PHASES = ("exporter", "rebaser")

ALL, ERROR, LEFT_OUT = 0, 3, 6


def main(parser: argparse.ArgumentParser, arguments: list[str], say: Callable[[str], object]) -> int:
    """Say it, and give the exit status: 0 all is there, 6 something would be left out, 3 nothing could be judged.

    Raises Refused for a target that makes no sense.
    """
    add_arguments(parser)
    given = parser.parse_args(arguments)
    if given.target is not None:
        given.lifecycle = given.target
    found = []
    try:
        for fact in _facts(given):
            found.append(fact)
            for line in facts.lines([fact]):
                say(line)
    except pytest.UsageError as error:
        raise Refused(str(error)) from error
    missing = [fact for fact in found if not fact.found]
    if any(fact.stops for fact in missing):
        return ERROR
    return LEFT_OUT if missing else ALL


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `doctor` takes."""
    parser.add_argument("target", metavar="TARGET", nargs="?", help="a lifecycle, as `run` takes it")
    for option in OPTIONS:
        if option.name in TAKEN:
            parser.add_argument(f"--{option.name}", metavar=option.name.upper(), help=option.help.replace("%", "%%"))


class _Given:
    """The arguments of a command line, asked for as pytest's are."""

    def __init__(self, given: argparse.Namespace) -> None:
        self._given = given

    def getoption(self, name: str) -> object:
        """Give what was said of an option; None where nothing was."""
        return getattr(self._given, name.removeprefix("--").replace("-", "_"), None)


def _facts(given: argparse.Namespace) -> Iterator[Fact]:
    settings = options.read(_Given(given), os.environ)
    if problem := why_no_registry(settings.registry):
        raise pytest.UsageError(f"--registry {settings.registry}: {problem}")
    directory = sweep.run_directory()
    try:
        yield from facts.of_machine(directory, settings.registry)
        if any(getattr(given, name) is not None for name in ("lifecycle", "artifacts")) or _named_by_environment():
            catalogue = resolve.read_catalogue(settings)
            plan = resolve.resolve_plan(settings, directory)
            yield from facts.of_plan(plan)
            yield _amount(settings, catalogue, plan)
            if plan.target:
                yield from _smoke(settings, plan)
    finally:
        for clean in (sweep.end_processes, sweep.end_in_engine, sweep.remove):
            clean(directory)


def _named_by_environment() -> bool:
    return any(option.variable in os.environ for option in OPTIONS if option.name in ("lifecycle", "artifacts"))


def _amount(settings: Settings, catalogue: Catalogue, plan: Plan) -> Fact:
    selection = Selection(catalogue, plan.settings, plan.lacks, settings, plan.release_settings)
    rows = [row for row in catalogue.values() if selection.concerns(row)]
    judged = [row for row in rows if not selection.reason_nowhere(row)]
    return Fact("would judge", f"{len(judged)} of {len(rows)} requirements; the others don't apply to it")


def _smoke(settings: Settings, plan: Plan) -> Iterator[Fact]:
    """Have one export and one rebase run, on a registry of this process's own."""
    try:
        store = choose("embedded")
    except RegistryUnavailable as error:
        yield Fact("registry", str(error), found=False, stops=True)
        return
    try:
        ready = resolve.with_store(plan, store)
        for run in smoke.calls(settings, ready, [phase for phase in PHASES if not _lacks(plan, phase)]):
            yield _of_call(run, of_adapter=plan.judges_adapter)
    finally:
        store.stop()


def _of_call(run: PhaseRun, *, of_adapter: bool) -> Fact:
    refused = smoke.refusal(run, of_adapter=of_adapter)
    wrote = any(each.method == "PUT" and each.kind == "manifest" for each in run.traffic)
    plain = run.status == 0 and wrote
    text = refused or f"{run.ending} in {run.completed.seconds:.1f} s{'' if wrote else ', and wrote no image'}"
    more = "" if plain or refused else f" [{run.shell}]"
    return Fact(str(run.phase), text + more, plain, use="a run says what is wrong with it", stops=bool(refused))


def _lacks(plan: Plan, phase: str) -> str:
    return plan.lacks(phase, plan.installations[0].platform)
