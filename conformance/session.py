"""The life of a run: settle the plan, start the registry, hand both to the workers, and leave nothing behind."""

from __future__ import annotations

import gc
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from conformance import disk, names, options, report_files, resolve, usage
from conformance.chosen import Chosen
from conformance.collection import Collector
from conformance.covering import Sampler
from conformance.dealing import Dealer
from conformance.judge import Judge
from conformance.keep import stay
from conformance.known import Known
from conformance.limits import Clock
from conformance.narrowing import Offered
from conformance.options import Settings
from conformance.output import take_over
from conformance.paths import SUITES
from conformance.plan import Plan
from conformance.reporter import Reporter
from conformance.signals import Interrupts
from conformance.smoking import Refusal, Smoking
from conformance.worker_fixtures import WorkerFixtures
from fixtures.cleanup import sweep as leftovers
from fixtures.execution import strays
from fixtures.paths import ROOT
from fixtures.registry.stores.base import RegistryUnavailable, Store
from fixtures.registry.stores.choose import choose

WORKER_INPUT = "conformance-plan"


def is_asked_for(config: pytest.Config) -> bool:
    """Whether anything of the suites is to be collected; the project's own tests need no lifecycle and no registry."""
    if config.option.help or config.option.version:
        return False
    places = [Path(str(argument).partition("::")[0]).resolve() for argument in config.args]
    return any(SUITES in (place, *place.parents) or place in SUITES.parents for place in places)


def start(config: pytest.Config) -> None:
    """Set up this process for a conformance run. Raises pytest.UsageError for what can't be had."""
    settings = options.read(config)
    names.refuse_old(config.args, ROOT)
    usage.check(config)
    catalogue = resolve.read_catalogue(settings)
    handed = getattr(config, "workerinput", {}).get(WORKER_INPUT)
    if handed is None and settings.report_dir and not config.option.collectonly:
        report_files.try_out(settings.report_dir)
    interrupts = Interrupts()
    interrupts.take()
    config.add_cleanup(interrupts.ignore)
    config.pluginmanager.register(interrupts, "conformance-interrupts")
    plan = Plan.from_json(handed) if handed is not None else _Opened(config).settle(settings)
    if handed is None and not config.option.basetemp:
        # Before pytest makes one in the temporary directory, which would stay.
        config.option.basetemp = str(Path(plan.directory) / "pytest")
    collector = Collector(settings, catalogue, plan)
    collector.selection.check_only()
    config.pluginmanager.register(collector, "conformance-collector")
    config.pluginmanager.register(usage.AtCollection(plan.directory), "conformance-usage")
    config.pluginmanager.register(Judge(collector), "conformance-judge")
    worker = getattr(config, "workerinput", {}).get("workerid", "main")
    if handed is not None:
        # It keeps every report, and a worker has nobody to write to.
        config.pluginmanager.set_blocked("terminalreporter")
    worker_fixtures = WorkerFixtures(plan, settings, worker)
    config.pluginmanager.register(worker_fixtures, "conformance-worker-fixtures")
    config.pluginmanager.register(Clock(settings, plan, worker_fixtures.patience), "conformance-clock")
    config.pluginmanager.register(Chosen(config.option.case, collector), "conformance-chosen")
    # In this order: what is dealt out is the same for every share.
    config.pluginmanager.register(Sampler(collector), "conformance-sampler")
    config.pluginmanager.register(Dealer(collector), "conformance-dealer")
    offered = Offered(plan, collector)
    config.pluginmanager.register(offered, "conformance-offered")
    known = Known.read(settings, collector, offered)
    config.pluginmanager.register(known, "conformance-known")
    config.pluginmanager.register(_Process(worker_fixtures, plan, collector, offered), "conformance-process")
    config.pluginmanager.register(Refusal(plan), "conformance-refusal")
    if handed is None:
        # Before pytest's own reporter is made: the plugins that are loaded first are configured last.
        output = take_over()
        config.option.no_header = config.option.no_header or config.option.verbose <= 0
        reporter = Reporter(config, plan, collector, output, known.failures)
        config.pluginmanager.register(reporter, "conformance-reporter")
        config.pluginmanager.register(reporter.waker, "conformance-waker")
        config.pluginmanager.register(Smoking(plan, collector, reporter), "conformance-smoke")


class _Process:
    """What each process that runs tests does at its beginning and end."""

    def __init__(self, worker_fixtures: WorkerFixtures, plan: Plan, collector: Collector, offered: Offered) -> None:
        self._worker_fixtures = worker_fixtures
        self._plan = plan
        self._collector = collector
        self._offered = offered

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Open the gateway once there is something to run."""
        if session.config.option.tbstyle == "auto":
            # Reports of ours take the place of tracebacks: to have pytest write them all the same takes 10 ms each.
            session.config.option.tbstyle = "value"
        if session.config.option.collectonly:
            return
        self._offered.note(session, self._collector.chosen, self._collector.problems)
        if session.items:
            self._worker_fixtures.open()
        # What was collected stays to the end: the collector of garbage need not look through it again and again.
        gc.collect()
        gc.freeze()

    def pytest_unconfigure(self) -> None:
        """Close it again."""
        self._worker_fixtures.close()


class _Opened:
    """The directory and the registry of a run: owned by the controller, handed to workers as path and address."""

    def __init__(self, config: pytest.Config) -> None:
        leftovers.sweep()
        self._known = strays.children()
        self._config = config
        self._directory = _working_directory()
        self._store: Store | None = None
        self._kept = ""
        config.add_cleanup(self.close)

    def settle(self, settings: Settings) -> Plan:
        """Settle the plan and start the registry, where anything is to be run. Raises pytest.UsageError."""
        ends_at = time.monotonic() + settings.run_limit if settings.run_limit else 0.0
        self._plan = replace(resolve.resolve_plan(settings, self._directory), ends_at=ends_at)
        if not self._config.option.collectonly:
            if self._plan.target:
                self._start(settings.registry)
            self._config.pluginmanager.register(self, "conformance-opened")
        return self._plan

    def _start(self, kind: str) -> None:
        try:
            self._store = choose(kind)
        except RegistryUnavailable as error:
            raise pytest.UsageError(f"--registry {kind}: {error}") from error
        self._plan = resolve.with_store(self._plan, self._store)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Hand the plan to an xdist worker."""
        node.workerinput[WORKER_INPUT] = self._plan.to_json()

    def close(self) -> None:
        """Stop the registry, and remove the directory and what the engine holds of this run.

        The verdict is out by then, and an exit status of Python's own would belie it: what can't be removed is said.
        """
        stop = [self._store.stop] if self._store is not None else []
        # What a phase left whose worker was killed: no other process knows whose it is.
        orphans = partial(strays.end, self._known)
        steps: list[Callable[[], object]] = [*stop, orphans, *(partial(step, self._directory) for step in _CLEANING)]
        for clean in (*steps, self._keep_or_remove):
            try:
                clean()
            except Exception as error:  # noqa: BLE001 - whatever it is, the next step is taken all the same
                print(f"not everything was cleaned up: {error}", file=sys.stderr)  # noqa: T201
        if self._directory.exists() and not self._kept:
            print(f"left behind, as it can't be removed: {self._directory}", file=sys.stderr)  # noqa: T201

    def _keep_or_remove(self) -> None:
        """Remove the directory and the run's images, unless cases are kept. Raises OSError where they can't be."""
        try:
            self._kept = stay(self._directory)
        finally:
            if not self._kept:
                leftovers.end_in_engine(self._directory)
                leftovers.remove(self._directory)
        if self._kept:
            print(self._kept)  # noqa: T201 - the verdict is out, and its reports are closed


_CLEANING = (leftovers.end_processes, partial(leftovers.end_in_engine, images=False))


def _working_directory() -> Path:
    """Make the directory of a run. Raises pytest.UsageError where there is no room for it."""
    asked = os.environ.get("TMPDIR", "")
    if asked and Path(asked).absolute() != Path(tempfile.gettempdir()).absolute():
        raise pytest.UsageError(f"TMPDIR {asked}: nothing can be written there")
    try:
        short = disk.shortage(Path(tempfile.gettempdir()), disk.AT_FIRST)
        if short:
            raise pytest.UsageError(f"TMPDIR: {short}")
        return leftovers.run_directory()
    except OSError as error:
        raise pytest.UsageError(f"TMPDIR: no directory can be made for the run: {error}") from error
