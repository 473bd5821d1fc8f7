"""From what was asked for to the release that is judged: its places, what it promises, what of it can be started."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from conformance.options import Settings
from fixtures.artifacts import reference
from fixtures.artifacts.checksums import note_on
from fixtures.artifacts.names import platform_of
from fixtures.artifacts.places import Kind, Places, archives_in, read_places
from fixtures.artifacts.published import Published
from fixtures.artifacts.release import ReleaseSpec, outputs_of, promised_as_images, promised_by
from fixtures.artifacts.shipped import paths_in, version_in_name
from fixtures.artifacts.sources import Sources
from fixtures.docker.engine import Engine, EngineError
from fixtures.errors import Damaged, EnvironmentMissing, MachineFailed, Missing, TargetError
from fixtures.execution.emulation import find_executor

RELEASE = "release"
"""The directory, in the private one of the run, of the reference's release."""

IMAGES = "images-at-first"
"""The directory of what is looked at of images before anything is judged."""


def release_for(settings: Settings, directory: Path) -> ReleaseSpec:
    """Decide what will be judged of a release, with what that takes in a directory. Raises TargetError."""
    asked = read_places(settings.artifacts)
    if asked.reference:
        return _spec(reference.made(asked, directory / RELEASE), directory)
    return _spec(asked, directory)


def _spec(asked: Places, directory: Path) -> ReleaseSpec:
    promised = promised_by(asked.naming, asked.places, directory / "shown")
    archives = [
        path for path in paths_in(asked.of_kind(Kind.ARCHIVES)) if path.is_file() and platform_of(path, asked.naming)
    ]
    version = next(filter(None, map(version_in_name, archives)), "")
    published = Published(asked.places, asked.naming, (), directory / IMAGES, version=version)
    images = promised_as_images(asked.naming, promised, published)
    engine = not asked.reference or _engine_answers()
    found = {platform: find_executor(platform, directory) for platform in dict.fromkeys((*promised, *images))}
    return ReleaseSpec(
        text=asked.text,
        places=asked.places,
        naming=asked.naming,
        promised=promised,
        images=images,
        version=version,
        notes=_notes(asked, engine, [note_on(archives), *published.notes()]),
        hosts=tuple(host for host in found.values() if host),
        not_started={
            str(platform): "nothing on this machine runs them" for platform, host in found.items() if host is None
        },
        is_reference=asked.reference,
        engine=engine,
        digests=dict(_digests(asked, published, directory)),
    )


def _digests(asked: Places, published: Published, directory: Path) -> Iterator[tuple[str, str]]:
    """Give the digest of each image, folder of programs and checkout.

    What can't be read has none, and the run says so in its own way.
    """
    with suppress(Missing, Damaged, EnvironmentMissing):
        yield from ((image.name.rpartition("/")[2], image.digest) for image in published.images if image.digest)
    for place in asked.of_kind(Kind.ARCHIVES):
        with suppress(TargetError, MachineFailed, OSError):
            if not archives_in(place.path):
                yield place.path.name, Sources(place.path, frozenset()).digest(directory / "digested")
    for place in asked.of_kind(Kind.CHECKOUT):
        with suppress(TargetError, MachineFailed, OSError):
            yield "checkout", Sources.at(place.path, outputs_of(asked.naming)).digest(directory / "digested")


def _notes(asked: Places, engine: bool, notes: Iterable[str]) -> tuple[str, ...]:
    """Give what there is to note of a release; of the suite's own, only what is left out of it."""
    if asked.reference:
        return (
            () if engine else ("no Docker engine answers: what the bundled release's Makefile gives one is left out",)
        )
    return tuple(filter(None, notes))


def _engine_answers() -> bool:
    try:
        Engine.from_environment().version()
    except EngineError:
        return False
    return True
