"""The cases of platforms that are judged by default, and can't be here: they were not run, and are seen not to be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from conformance.collection import Collector
from conformance.plan import Plan
from fixtures.oci.platforms import Platform
from reports.case import Case, Verdict


def left_out(collected: Mapping[str, str | None], collector: Collector, plan: Plan) -> Iterator[Case]:
    """Give a case for each test and platform that the defaults left out; `collected` are cases with requirements."""
    catalogue, selection = collector.catalogue, collector.selection
    owned = {name.partition("[")[0]: owner for name, owner in collected.items() if owner}
    tests = {name: owner for name, owner in owned.items() if catalogue[owner].subject == "lifecycle"}
    for platform, why in plan.skipped_platforms.items():
        slug = Platform.parse(platform).slug
        for test, owner in tests.items():
            if not selection.reason_nowhere(catalogue[owner]):
                yield Case(
                    name=f"{owner}/{test.rpartition('::')[2]}",
                    id=f"{test}[{slug}]",
                    requirement=owner,
                    verdict=Verdict.NOT_RUN,
                    platform=platform,
                    reason=f"{platform}: {why}",
                )
