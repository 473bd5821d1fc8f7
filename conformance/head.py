"""The head of a run: what is judged, how, and where images are kept, before the first case."""

from __future__ import annotations

from conformance import facts
from conformance.plan import Plan


class Head:
    """Says it where pytest says what it runs on; in the controller."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def pytest_report_header(self) -> list[str]:
        """Give a line for each fact."""
        stored = [facts.Fact("registry", self._plan.store_description)] if self._plan.store else []
        return list(facts.lines([*facts.of_plan(self._plan), *stored]))
