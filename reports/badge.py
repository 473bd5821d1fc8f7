"""A badge of a run, as the JSON that shields.io's endpoint reads."""

from __future__ import annotations

import json

from reports.case import Verdict
from reports.results import LifecycleVerdict, Results

_COLORS = {
    LifecycleVerdict.CONFORMANT: "brightgreen",
    LifecycleVerdict.NONCONFORMANT: "red",
    LifecycleVerdict.INCOMPLETE: "yellow",
    LifecycleVerdict.ERROR: "lightgrey",
}


class NoBadge(ValueError):
    """A run that no badge can be made of; the message says why."""


def render(results: Results) -> str:
    """Give the badge: how many of the MUSTs that apply passed. Raises NoBadge for a run that is no whole one."""
    if results.scope.by:
        raise NoBadge(f"the run was narrowed (by {results.scope.names}): a badge is of a whole run")
    if results.rules and results.rules.rows:
        raise NoBadge("the run was judged by altered rules: a badge is by the catalogue's")
    if results.interrupted:
        raise NoBadge("the run was interrupted: a badge is of a whole run")
    musts = [outcome for outcome in results.outcomes if outcome.row.level == "MUST"]
    asked = [outcome for outcome in musts if outcome.verdict is not Verdict.NOT_APPLICABLE]
    passed = sum(outcome.verdict is Verdict.PASS for outcome in asked)
    counted = f"{passed} of {len(asked)} MUST"
    message = counted if results.verdict is not LifecycleVerdict.ERROR else "error"
    phases = results.lifecycle.phases if results.lifecycle else ()
    part = f" ({', '.join(phases)} alone)" if phases else ""
    badge = {
        "schemaVersion": 1,
        "label": f"CNB architectures{part}",
        "message": message,
        "color": _COLORS[results.verdict],
    }
    return json.dumps(badge, indent=1) + "\n"
