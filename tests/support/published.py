"""Releases made of images and tags, and what the suite says of one: every test of images and tags, in this process."""

from __future__ import annotations

import importlib
import inspect
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from fixtures.artifacts import reference
from fixtures.artifacts.naming import Naming
from fixtures.artifacts.places import Kind, Place
from fixtures.artifacts.published import Published
from fixtures.artifacts.reference_images import write_layout
from fixtures.artifacts.release import Release, ReleaseSpec, promised_as_images
from fixtures.artifacts.versions import TagKind
from fixtures.execution.host import HostSpec
from fixtures.oci.images import Artifact, Entry, ImageSpec, IndexSpec
from fixtures.oci.platforms import Platform, host_platform

Tags = dict[str, Artifact]

_MODULES = ("suites.artifacts.test_images", "suites.artifacts.test_tags")


@dataclass(frozen=True)
class Said:
    """What a test ended with: None where it held."""

    requirement: str
    error: Exception | None

    def __str__(self) -> str:
        return f"{self.requirement}: {type(self.error).__name__}: {self.error}"


def said_of(release: Release) -> list[Said]:
    """Give what each test of images and tags says of a release, with each platform and kind of tag."""
    return [Said(name, _ended(run)) for name, run in _cases(release)]


def _cases(release: Release) -> Iterator[tuple[str, Callable[[], None]]]:
    values: Mapping[str, Sequence[Any]] = {"release": [release], "promised": release.images, "kind": list(TagKind)}
    kinds = release.spec.kinds
    for module in map(importlib.import_module, _MODULES):
        for name, test in vars(module).items():
            if name.startswith("test_") and (Kind.REGISTRY in kinds or module.__name__ == _MODULES[0]):
                parameters = list(inspect.signature(test).parameters)
                (mark,) = (mark for mark in test.pytestmark if mark.name == "requirement")
                if mark.kwargs["needs"].places and kinds.isdisjoint(mark.kwargs["needs"].places):
                    continue
                requirement = mark.args[0]
                for chosen in itertools.product(*(values[each] for each in parameters)):
                    given = dict(zip(parameters, chosen, strict=True))
                    yield requirement, partial(test, **given)


def _ended(run: Callable[[], None]) -> Exception | None:
    try:
        run()
    except Exception as error:  # noqa: BLE001 - whatever it is, the tests look at it
        return error
    return None


def opened(
    directory: Path, tags: Tags, naming: Naming | None = None, hosts: Sequence[HostSpec] | None = None
) -> Release:
    """Give the release whose repository has these tags."""
    layout = directory / "layout"
    write_layout(layout, tags)
    return opened_at(directory, (Place(Kind.REGISTRY, str(layout)),), naming, hosts)


def opened_at(
    directory: Path, places: Sequence[Place], naming: Naming | None = None, hosts: Sequence[HostSpec] | None = None
) -> Release:
    """Give the release that is in these places; `hosts` start its programs, by default those of this machine."""
    naming = naming or Naming()
    images = promised_as_images(naming, (), Published(places, naming, (), directory / "at-first"))
    started = tuple(hosts or (HostSpec(host_platform(), (), "native"),))
    spec = ReleaseSpec("a release", tuple(places), naming, images, images, hosts=started)
    return Release(spec, directory / "release", 10)


def with_images(tags: Mapping[str, Artifact], change: Callable[[ImageSpec], Artifact]) -> Tags:
    """Give tags whose images are changed, each in the same way wherever it stands; attestations stay."""
    made: dict[int, Artifact] = {}

    def changed(artifact: Artifact) -> Artifact:
        if id(artifact) not in made:
            made[id(artifact)] = _changed(artifact, change, changed)
        return made[id(artifact)]

    return {name: changed(artifact) for name, artifact in tags.items()}


def _changed(
    artifact: Artifact, change: Callable[[ImageSpec], Artifact], inner: Callable[[Artifact], Artifact]
) -> Artifact:
    if isinstance(artifact, IndexSpec):
        return replace(artifact, entries=tuple(_entry(each, inner(each.child)) for each in artifact.entries))
    assert isinstance(artifact, ImageSpec)
    return artifact if artifact.platform.os == "unknown" else change(artifact)


def _entry(entry: Entry, child: Artifact) -> Entry:
    return replace(entry, child=child)


def with_lists(tags: Mapping[str, Artifact], change: Callable[[tuple[Entry, ...]], Sequence[Entry]]) -> Tags:
    """Give tags whose lists have other entries."""
    return {
        name: replace(artifact, entries=tuple(change(artifact.entries)))
        if isinstance(artifact, IndexSpec)
        else artifact
        for name, artifact in tags.items()
    }


def only(platform: Platform, change: Callable[[ImageSpec], Artifact]) -> Callable[[ImageSpec], Artifact]:
    """Change the images of one platform alone."""
    return lambda image: change(image) if image.platform == platform else image


def reference_tags() -> Tags:
    """Give the reference's own tags."""
    return reference.tags()
