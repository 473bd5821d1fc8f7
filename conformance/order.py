"""In which order cases are run: every requirement has its first case before any has its second."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from conformance.selection import requirement_of


def in_order(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Give cases in the order to run them in: what a failure is seen by comes early, and no long case comes last.

    First one case of each requirement, those that judge examples after the others; then the other cases with
    examples, which take the longest; then the rest as it was collected.
    """
    seen: set[str | None] = set()
    places: dict[pytest.Item, int] = {}
    for item in items:
        requirement, long = requirement_of(item), "examples" in getattr(item, "fixturenames", ())
        is_first = requirement is not None and requirement not in seen
        seen.add(requirement)
        places[item] = (0 if not long else 1) if is_first else (2 if long else 3)
    return sorted(items, key=places.__getitem__)
