"""From what a test did to the evidence of its case: what was there, what was run, what was asked of the storage."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

import pytest

from conformance.worker_fixtures import EXAMPLES, LIFECYCLE, RELEASE, STORAGE
from fixtures.artifacts.made import Made
from fixtures.artifacts.programs import ProgramRun
from fixtures.artifacts.release import Release
from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.lifecycle.run import PhaseRun
from fixtures.oci.images import IndexSpec
from fixtures.storage import describe
from fixtures.storage.base import Placed
from fixtures.storage.scope import StorageScope
from reports.evidence import LINES, Command, Evidence, ImageLine, capped, ends
from reports.text import middle_out, well_formed

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")

_BEFORE_THE_LAST = 6
"""Lines that are kept of the streams of a phase that was not the last."""

_MOST_STARTED = 3
"""Programs of a release that are told of, the last ones: a test starts each, up to the first that fails."""


def evidence(item: pytest.Item, expected: str, found: str) -> Evidence:
    """Give what a case rests on that did not hold, every part of it capped and without lone surrogates."""
    storage: StorageScope | None = item.stash.get(STORAGE, None)
    lifecycle: Lifecycle | None = item.stash.get(LIFECYCLE, None)
    release: Release | None = item.stash.get(RELEASE, None)
    runs = lifecycle.runs if lifecycle else []
    started = release.programs.runs if release else []
    made = release.made if release else []
    texts = (capped(expected), capped(found))
    requests = tuple(_requests(runs))
    return Evidence(
        expected=texts[0],
        found=texts[1],
        images=tuple(_images(storage.placed, storage.lost)) if storage else (),
        commands=(
            *(_command(run, last=run is runs[-1]) for run in runs),
            *(_started(run, last=run is started[-1]) for run in started[-_MOST_STARTED:]),
            *(_made(run, last=run is made[-1]) for run in made[-_MOST_STARTED:]),
        ),
        requests=requests,
        example=tuple(_example(item)),
        names=_names(release.published.names() if release else {}, storage, runs, (*texts, *requests)),
    )


def _images(placed: Sequence[Placed], lost: Collection[tuple[str, str]]) -> Iterator[ImageLine]:
    for image in {(each.ref, each.digest): each for each in placed}.values():
        gone = {digest for place, digest in lost if place == image.ref.place}
        what = _listed(describe.kind(image.artifact), describe.missing(image.artifact, gone))
        yield ImageLine(depth=0, reference=str(image.ref), what=what, digest=image.digest)
        entries = image.artifact.entries if isinstance(image.artifact, IndexSpec) else ()
        for place, entry in enumerate(entries, start=1):
            there = describe.missing(entry.child, gone, is_there=entry.is_there)
            what = _listed(well_formed(describe.stated(entry)), there)
            yield ImageLine(depth=1, reference=f"{place}.", what=what, digest=entry.child.root.digest)


def _listed(*parts: str) -> str:
    return ", ".join(filter(None, parts))


def _command(run: PhaseRun, *, last: bool) -> Command:
    stdout, stderr = ends(run.completed.stdout, run.completed.stderr, LINES if last else _BEFORE_THE_LAST)
    return Command(
        phase=run.phase.name,
        line=well_formed(run.shell),
        status=run.status,
        ending=run.ending.removeprefix(f"{run.phase} "),
        seconds=round(run.completed.seconds, 4),
        stdout=stdout,
        stderr=stderr,
    )


def _started(run: ProgramRun, *, last: bool) -> Command:
    out, err = (run.completed.stdout, run.completed.stderr) if run.completed else ("", "")
    stdout, stderr = ends(out, err, LINES if last else _BEFORE_THE_LAST)
    return Command(
        phase=run.name,
        line=well_formed(run.line),
        status=run.status,
        ending=well_formed(run.ending.removeprefix(f"{run.name} ")),
        seconds=round(run.completed.seconds, 4) if run.completed else 0.0,
        stdout=stdout,
        stderr=stderr,
    )


def _made(run: Made, *, last: bool) -> Command:
    stdout, stderr = ends(run.completed.stdout, run.completed.stderr, LINES if last else _BEFORE_THE_LAST)
    return Command(
        phase="make",
        line=well_formed(run.shell),
        status=run.status,
        ending=well_formed(run.how),
        seconds=round(run.completed.seconds, 4),
        stdout=stdout,
        stderr=stderr,
    )


def _requests(runs: Sequence[PhaseRun]) -> list[str]:
    """Give what the last phase asked of the storage; that there is one, everybody asks."""
    asked = [well_formed(str(exchange)) for exchange in runs[-1].traffic if exchange.kind != "base"] if runs else []
    return middle_out(asked, LINES)


def _example(item: pytest.Item) -> Iterator[str]:
    """Give the example that failed, where the case has several."""
    examples = item.stash.get(EXAMPLES, None)
    if examples is not None and examples.smallest:
        yield f"# number {examples.drawn} with --seed={examples.seed}, and made smaller"
        yield from map(well_formed, examples.smallest)


def _names(
    released: Mapping[str, str], storage: StorageScope | None, runs: Sequence[PhaseRun], texts: Sequence[str]
) -> dict[str, str]:
    """Say what each digest in these texts is of: of a release, of what the test placed, or made by a phase."""
    known = {**released, **_made_by(runs), **(storage.names() if storage else {})}
    shown = {digest: None for text in texts for digest in _DIGEST.findall(text)}
    return {digest: well_formed(known[digest]) for digest in shown if digest in known}


def _made_by(runs: Sequence[PhaseRun]) -> dict[str, str]:
    """Name the digests that the phases themselves uploaded."""
    return {
        exchange.digest: f"made by the {run.phase}"
        for run in runs
        for exchange in run.traffic
        if exchange.method in ("PUT", "POST") and exchange.digest and not exchange.mounted_from
    }
