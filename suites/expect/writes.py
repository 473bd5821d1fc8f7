"""What a phase may write: where it refuses nothing, and else only what it was asked for."""

from __future__ import annotations

import re

from fixtures.lifecycle.run import BuildRun, PhaseRun
from fixtures.storage.base import Ref
from suites.expect.outcomes import holds

_ATTACHED = re.compile(r"sha256-[0-9a-f]{64}(\.\w+)?")
"""A tag for what is attached to an image: OCI distribution 1.1, "Referrers Tag Schema"; signatures have a suffix."""


def nothing_changed(run: PhaseRun) -> None:
    """Raise NonConforming where a name leads elsewhere than before, or a manifest was written or deleted anywhere."""
    holds(not run.changes, "every tag to stay what it was", "; ".join(run.changes.values()))
    writes = run.observed.writes
    holds(not writes, "no manifest to be pushed or deleted", "; ".join(map(str, writes)))


def inputs_untouched(run: PhaseRun | BuildRun) -> None:
    """Raise NonConforming where a phase changed an image that it was not asked to write.

    The analyzer of a build may come before the image of its exporter is written.
    """
    outputs = run.runs[-1].outputs
    for each in run.runs:
        _wrote_only_to(each, outputs)


def _wrote_only_to(run: PhaseRun, outputs: tuple[Ref, ...]) -> None:
    """Raise NonConforming where another tag changed, or a manifest elsewhere was written or deleted."""
    changes = [line for ref, line in run.changes.items() if ref not in outputs]
    holds(not changes, "the input images to stay what they were", "; ".join(changes))
    own = {output.place for output in outputs}
    strange = [str(write) for write in run.observed.writes if write.ref.place not in own]
    holds(not strange, "nothing to be pushed to or deleted from another repository", "; ".join(strange))


def only_its_tags_written(run: PhaseRun) -> None:
    """Raise NonConforming where it wrote a tag that it was not asked to write, in whatever repository.

    What it attaches to an image that it made is not what it was asked for, but that image's.
    """
    written = [write for write in run.observed.writes if write.kind != "delete"]
    made = {write.identity.manifest.replace(":", "-") for write in written}
    attached = {write.tag for write in written if _ATTACHED.fullmatch(write.tag) and write.tag[:71] in made}
    tags = {write.ref for write in written if write.tag and write.tag not in attached}
    strange = ", ".join(sorted(map(str, tags - set(run.outputs))))
    holds(not strange, "no tag to be written but those that were given", f"written too: {strange}")


def was_written(run: PhaseRun, output: Ref) -> bool:
    """Whether a manifest was written under this very name."""
    return any(write.ref == output and write.kind != "delete" for write in run.observed.writes)
