"""`--coverage=sample` in a run: it is chosen of what is left when everybody else has chosen."""

from __future__ import annotations

import pytest

from conformance.collection import Collector
from conformance.sampling import cover


class Sampler:
    """Leaves out what is not of the sample; in every worker."""

    def __init__(self, collector: Collector) -> None:
        self._collector = collector

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep the sample, in the order that the cases have."""
        if not self._collector.settings.samples:
            return
        kept = set(cover(items, self._collector.selection.reason_not_case))
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = [item for item in items if item in kept]
