"""Which cases there are: a test times the legs it applies to, and the checks that tests and catalogue agree."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from conformance.options import Settings
from conformance.plan import Leg, Plan
from conformance.sampling import in_brief
from fixtures.oci.platforms import LINUX, Platform
from suites.requirements.catalogue import Catalogue, Requirement, check_tests

SUITES = Path(__file__).resolve().parents[1] / "suites"


def requirement_of(item: pytest.Item | pytest.Function) -> str | None:
    """Give the id of the requirement that a test names."""
    marker = item.get_closest_marker("requirement")
    return str(marker.args[0]) if marker and marker.args else None


def foreign_to(platform: Platform) -> tuple[Platform, ...]:
    """Give the platforms whose images are foreign where this one is wanted: other architectures, and another os."""
    others = [other for other in LINUX if not other.same_architecture(platform)]
    return (*others, Platform("windows", platform.architecture))


class Collector:
    """The part of a run that decides on cases; one in every worker."""

    def __init__(self, settings: Settings, catalogue: Catalogue, plan: Plan) -> None:
        self.settings = settings
        self.catalogue = catalogue
        self.plan = plan
        self.chosen = 0
        """How many cases this suite's own options left, for pytest's and its plugins' to choose from."""
        self.problems = ""
        """How tests and catalogue disagree, where this process has nobody to tell it to."""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Run a test on each leg that its requirement holds for.

        With each `foreign` platform where it asks for one, or each `startable` one: those whose programs run here.
        """
        if "lifecycle" not in metafunc.fixturenames:
            return
        legs = self._legs(metafunc)
        for name, platforms in (("foreign", foreign_to), ("startable", lambda _: self.plan.startable)):
            if name in metafunc.fixturenames:
                pairs = [(leg, platform) for leg in legs for platform in platforms(leg.platform)]
                ids = [f"{platform.slug}-{leg}" for leg, platform in pairs]
                metafunc.parametrize(("lifecycle", name), pairs, ids=ids, indirect=["lifecycle"])
                break
        else:
            metafunc.parametrize("lifecycle", legs, ids=[str(leg) for leg in legs], indirect=True)

    def _legs(self, metafunc: pytest.Metafunc) -> Sequence[Leg]:
        marker = metafunc.definition.get_closest_marker("requirement")
        row = self.catalogue.get(str(marker.args[0])) if marker and marker.args else None
        if row is None:
            return self.plan.legs[:1]
        fitting = [leg for leg in self.plan.legs if not self.why_not(row, str(leg.api))]
        # One leg is kept where none fits, so that the case is there to say why.
        return fitting or self.plan.legs[:1]

    def why_not(self, row: Requirement, api: str) -> str:
        """Say why a requirement does not hold for this lifecycle at a Platform API; empty when it does."""
        return row.inapplicable(api, self.plan.target.platform_source)

    @pytest.fixture
    def outcome(self, request: pytest.FixtureRequest) -> str:
        """What the requirement of this test asks for, of the outcomes that it leaves to choose from."""
        return self.catalogue[requirement_of(request.node) or ""].judged_by

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Check tests against the catalogue, leave out the requirements that were not asked for, and shuffle if asked.

        Every worker comes to the same order.
        """
        ours = [item for item in items if SUITES in item.path.parents]
        ids = {item.nodeid.partition("[")[0]: requirement_of(item) for item in ours}
        choosing = {item.nodeid.partition("[")[0] for item in ours if "outcome" in getattr(item, "fixturenames", ())}
        problems = check_tests(self.catalogue, ids, complete=_is_complete(config), choosing=choosing)
        if problems:
            told = "the tests and the catalogue don't agree:\n  " + "\n  ".join(problems)
            if not hasattr(config, "workerinput"):
                raise pytest.UsageError(told)
            self.problems = told
            items.clear()
        kept = in_brief((item for item in items if self._is_asked_for(item)), self.plan.in_brief)
        if len(kept) < len(items):
            config.hook.pytest_deselected(items=sorted(set(items) - set(kept), key=lambda item: item.nodeid))
            items[:] = kept
        self.chosen = len(kept)
        if self.settings.soak:
            random.Random(self.settings.soak).shuffle(items)  # noqa: S311 - an order keeps no secret

    def _is_asked_for(self, item: pytest.Item) -> bool:
        row = self.catalogue[requirement_of(item) or ""]
        if _has_examples(item) and not self.settings.examples:
            return False
        by_authority = not self.settings.authorities or row.authority in self.settings.authorities
        return by_authority and (not self.settings.only or row.id in self.settings.only)


def _has_examples(item: pytest.Item) -> bool:
    return isinstance(item, pytest.Function) and "examples" in item.fixturenames


def names_all(config: pytest.Config) -> bool:
    """Whether all suites are among what is to be collected, or below it."""
    places = [Path(str(argument).partition("::")[0]).resolve() for argument in config.args]
    return any(place == SUITES or place in SUITES.parents for place in places)


def _is_complete(config: pytest.Config) -> bool:
    """Whether all suites are collected: only then can a MUST without a test be told from one that was not asked for."""
    return names_all(config) and not (config.getoption("ignore") or config.getoption("ignore_glob"))
