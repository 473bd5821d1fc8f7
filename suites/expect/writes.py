"""What a phase may write: where it refuses nothing, and else only what it was asked for."""

from __future__ import annotations

import re

from fixtures.lifecycle.run import BuildRun, PhaseRun
from fixtures.oci.reference import Reference
from suites.expect.outcomes import holds

_ATTACHED = re.compile(r"sha256-[0-9a-f]{64}(\.\w+)?")
"""A tag for what is attached to an image: OCI distribution 1.1, "Referrers Tag Schema"; signatures have a suffix."""


def nothing_changed(run: PhaseRun) -> None:
    """Raise NonConforming where a tag is not what it was, or a manifest was pushed or deleted anywhere."""
    holds(not run.changes, "every tag to stay what it was", "; ".join(run.changes.values()))
    writes = [str(exchange) for exchange in run.traffic.writes()]
    holds(not writes, "no manifest to be pushed or deleted", "; ".join(writes))


def inputs_untouched(run: PhaseRun | BuildRun) -> None:
    """Raise NonConforming where a phase changed an image that it was not asked to write.

    The analyzer of a build may come before the image of its exporter is written.
    """
    outputs = run.runs[-1].outputs
    for each in run.runs:
        _wrote_only_to(each, outputs)


def _wrote_only_to(run: PhaseRun, outputs: tuple[str, ...]) -> None:
    """Raise NonConforming where another tag changed, or a manifest elsewhere was pushed or deleted."""
    changes = [line for name, line in run.changes.items() if name not in outputs]
    holds(not changes, "the input images to stay what they were", "; ".join(changes))
    own = {_place(output)[0] for output in outputs}
    strange = [str(exchange) for exchange in run.traffic.writes() if exchange.repository not in own]
    holds(not strange, "nothing to be pushed to or deleted from another repository", "; ".join(strange))


def only_its_tags_written(run: PhaseRun) -> None:
    """Raise NonConforming where it wrote a tag that it was not asked to write, in whatever repository.

    What it attaches to an image that it made is not what it was asked for, but that image's.
    """
    pushed = run.traffic.manifests_pushed()
    made = {exchange.digest.replace(":", "-") for exchange in pushed}
    attached = {e.reference for e in pushed if _ATTACHED.fullmatch(e.reference) and e.reference[:71] in made}
    tags = {(e.repository, e.reference) for e in pushed if ":" not in e.reference and e.reference not in attached}
    strange = sorted(f"{repository}:{tag}" for repository, tag in tags - {_place(output) for output in run.outputs})
    holds(not strange, "no tag to be written but those that were given", f"written too: {', '.join(strange)}")


def pushed_to(run: PhaseRun, output: str) -> bool:
    """Whether a manifest was pushed under this very reference."""
    pushed = {(exchange.repository, exchange.reference) for exchange in run.traffic.manifests_pushed()}
    return _place(output) in pushed


def _place(reference: str) -> tuple[str, str]:
    """Give repository, and tag or digest, of a reference that the suite made. Raises ValueError for what is none."""
    found = Reference.parse(reference)
    return found.repository, found.leads_by
