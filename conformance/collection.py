"""Which cases there are: a test times the settings it applies to, and the checks that tests and catalogue agree."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

import pytest

from conformance import names
from conformance.names import RELATIVE, RUNNABLE, id_in
from conformance.options import Settings
from conformance.order import in_order
from conformance.paths import SUITES
from conformance.plan import Plan
from conformance.sampling import sample
from conformance.selection import PROMISED, Selection, requirement_of
from conformance.setting import Setting
from fixtures.oci.platforms import Platform
from suites.generated.examples import shares_of
from suites.requirements.catalogue import Catalogue, check_tests


class Collector:
    """The part of a run that decides on cases; one in every worker."""

    def __init__(self, settings: Settings, catalogue: Catalogue, plan: Plan) -> None:
        self.settings = settings
        self.catalogue = catalogue
        self.plan = plan
        self.selection = Selection(catalogue, plan.settings, plan.lacks, settings, plan.release_settings)
        self.chosen = 0
        """How many cases this suite's own options left, for pytest's and its plugins' to choose from."""
        self.dealt: dict[str, int] = {}
        self.others: dict[str, int] = {}
        """Of each requirement, how many cases all shares of this run were dealt, and how many the others."""
        self.problems = ""
        """How tests and catalogue disagree, where this process has nobody to tell it to."""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Run a test in each setting that it applies in, with each platform where it asks for one of a kind.

        `foreign` and `foreign_architecture` go by the platform of the setting, `runnable` are those whose programs
        run here; `promised` are the platforms that a release promises. A test that is not about what this run judges
        is collected once, to be held against the catalogue, and goes.
        """
        if not self.is_of_this_run(metafunc.definition):
            return
        if PROMISED in metafunc.fixturenames:
            platforms = self._promised(metafunc.definition)
            metafunc.parametrize(PROMISED, platforms, ids=[platform.slug for platform in platforms])
        if "lifecycle" not in metafunc.fixturenames:
            return
        settings = self.selection.settings(self.selection.needs_of(metafunc.definition))
        for name in (*RELATIVE, RUNNABLE):
            if name in metafunc.fixturenames:
                pairs = [(setting, platform) for setting in settings for platform in self._platforms(name, setting)]
                ids = [id_in(setting, platform) for setting, platform in pairs]
                metafunc.parametrize(("lifecycle", name), pairs, ids=ids, indirect=["lifecycle"])
                return
        metafunc.parametrize("lifecycle", settings, ids=list(map(id_in, settings)), indirect=True)
        if "examples" in metafunc.fixturenames:
            shares = shares_of(self.settings.examples)
            metafunc.parametrize("examples", shares, ids=list(map(str, shares)), indirect=True)

    def is_of_this_run(self, item: pytest.Item | pytest.Function) -> bool:
        """Whether a test is about what this run judges, as one is that names no requirement."""
        row = self.catalogue.get(requirement_of(item) or "")
        return row is None or (self.selection.concerns(row) and self.selection.has_places_for(item))

    def _promised(self, item: pytest.Item | pytest.Function) -> tuple[Platform, ...]:
        release, row = self.plan.release, self.catalogue.get(requirement_of(item) or "")
        return release.promised_as(row.places if row else ()) if release else ()

    def _platforms(self, kind: str, setting: Setting) -> Iterable[Platform]:
        return self.plan.runnable if kind == RUNNABLE else RELATIVE[kind](setting.platform)

    @pytest.fixture
    def outcome(self, request: pytest.FixtureRequest) -> str:
        """What the requirement of this test asks for, of the outcomes that it leaves to choose from."""
        return self.catalogue[requirement_of(request.node) or ""].judged_by

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Check tests against the catalogue, leave out what was not asked for, and order the cases, or shuffle them.

        Every worker comes to the same order.
        """
        ours = [item for item in items if SUITES in item.path.parents]
        ids = {item.nodeid.partition("[")[0]: requirement_of(item) for item in ours}
        choosing = {item.nodeid.partition("[")[0] for item in ours if "outcome" in getattr(item, "fixturenames", ())}
        problems = check_tests(self.catalogue, ids, complete=_is_complete(config), choosing=choosing)
        problems += names.shared(ours)
        if problems:
            text = "the tests and the catalogue don't agree:\n  " + "\n  ".join(problems)
            if not hasattr(config, "workerinput"):
                raise pytest.UsageError(text)
            self.problems = text
            items.clear()
        items[:] = [item for item in items if self.is_of_this_run(item)]
        kept = sample(filter(self.selection.requested, items), self.plan.sampled_platform, self.catalogue)
        if len(kept) < len(items):
            config.hook.pytest_deselected(items=sorted(set(items) - set(kept), key=lambda item: item.nodeid))
            items[:] = kept
        self.chosen = len(kept)
        items[:] = in_order(items)
        if self.settings.soak:
            random.Random(self.settings.soak).shuffle(items)  # noqa: S311 - an order keeps no secret


def names_all(config: pytest.Config) -> bool:
    """Whether all suites are among what is to be collected, or below it."""
    places = [Path(str(argument).partition("::")[0]).resolve() for argument in config.args]
    return any(place == SUITES or place in SUITES.parents for place in places)


def _is_complete(config: pytest.Config) -> bool:
    """Whether all suites are collected: only then can a MUST without a test be told from one that was not asked for."""
    return names_all(config) and not (config.getoption("ignore") or config.getoption("ignore_glob"))
