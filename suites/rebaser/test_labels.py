"""What a rebase leaves in the labels: the new run image's where they describe it, the app's in all else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.oci.images import ImageSpec
from fixtures.oci.labels import DISTRO_NAME, DISTRO_VERSION
from fixtures.oci.platforms import AMD64, ARM64
from fixtures.oci.reference import in_full
from fixtures.oci.samples import index_of
from fixtures.storage.base import Naming
from fixtures.storage.scope import StorageScope
from fixtures.storage.stored_image import StoredImage
from suites import Needs, expect, requirement
from suites.inputs.app_on_run_image import app_on_base, name_run_image, new_base, old_base

UNNAMED = "registry.example/another/run:latest"


@dataclass(frozen=True)
class Described:
    """Labels that describe a run image, by how their names begin."""

    prefix: str
    needs: Needs

    def __str__(self) -> str:
        return self.prefix.strip(".").rpartition(".")[2]

    def on(self, image: ImageSpec | StoredImage) -> Mapping[str, str]:
        """Give those of an image, but the distribution: two sentences contradict each other about that."""
        apart = (DISTRO_NAME, DISTRO_VERSION)
        return {k: v for k, v in dict(image.labels).items() if k.startswith(self.prefix) and k not in apart}


DESCRIBED = (
    Described("io.buildpacks.base.", Needs(since="0.12")),
    Described("io.buildpacks.stack.", Needs(since="0.7")),
)


@requirement("rebaser-base-labels")
@pytest.mark.parametrize("described", DESCRIBED, ids=str)
@pytest.mark.parametrize("kind", ["single", "index"])
def test_labels_that_describe_the_run_image_are_the_new_ones(
    lifecycle: Lifecycle, storage: StorageScope, described: Described, kind: str
) -> None:
    """One is changed, one added and one gone."""
    changed, gone, added = (f"{described.prefix}{name}" for name in ("description", "maintainer", "homepage"))
    fresh = new_base(AMD64, labels={changed: "new", added: "new"})
    sibling = new_base(ARM64, labels={changed: "a sibling's", f"{described.prefix}license": "a sibling's"})
    spec = fresh if kind == "single" else index_of(sibling, fresh)
    scenario = app_on_base(lifecycle, storage, old_base(AMD64), spec, labels={changed: "old", gone: "old"})

    expect.succeeded(scenario.rebase())

    image = storage.read(scenario.app)
    with expect.positive_control():
        expect.built_on(image, fresh)
    expect.same(f"labels {described.prefix}*", described.on(image), described.on(fresh))


@dataclass(frozen=True)
class Names:
    """A key of the metadata label that names the run image, and the Platform APIs that have it."""

    key: str
    needs: Needs

    def __str__(self) -> str:
        return self.key

    def of(self, metadata: Mapping[str, Any]) -> Mapping[str, Any]:
        """Give the names that stand there; no mirrors are as good as an empty list."""
        said = stack(metadata) if self.key == "stack" else metadata.get("runImage") or {}
        return {part: said.get(part) or None for part in ("image", "mirrors")}


NAMES = (Names("runImage", Needs(since="0.12")), Names("stack", Needs()))


def stack(metadata: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the run image of the deprecated `stack` key; empty where there is none."""
    return (metadata.get("stack") or {}).get("runImage") or {}


def without_nothing(value: Any) -> Any:
    """Give a document without what holds nothing, at any depth: to leave that out is the same."""
    if isinstance(value, Mapping):
        kept = {key: without_nothing(inner) for key, inner in value.items()}
        return {key: inner for key, inner in kept.items() if inner not in (None, "", [], {}, False)}
    return [without_nothing(inner) for inner in value] if isinstance(value, list) else value


@requirement("rebaser-names-kept")
@pytest.mark.parametrize("given", ["image", "mirror", "digest"])
@pytest.mark.parametrize("names", NAMES, ids=str)
def test_names_of_the_run_image_stay(lifecycle: Lifecycle, storage: StorageScope, given: str, names: Names) -> None:
    """By whichever of its names the run image is given: an app that was rebased can be so again by all of them."""
    scenario = app_on_base(lifecycle, storage, old_base(AMD64), new_base(AMD64))
    image, mirror = str(scenario.run.ref), "registry.example/mirror/run:latest"
    own = (mirror, image) if given == "mirror" else (image, mirror)
    scenario = app_on_base(
        lifecycle,
        storage,
        old_base(AMD64),
        new_base(AMD64),
        record=lambda metadata, run: name_run_image(metadata, *own, str(run.pinned)),
    )
    before = storage.read(scenario.app).metadata

    expect.succeeded(scenario.rebase(naming=Naming.INDEX_DIGEST if given == "digest" else Naming.TAG))

    after = storage.read(scenario.app).metadata
    expect.same(f"names in {names} of the metadata label", names.of(after), names.of(before))


@requirement("rebaser-names-kept", since="0.12")
def test_forced_rename_changes_no_other_key(lifecycle: Lifecycle, storage: StorageScope) -> None:
    scenario = app_on_base(
        lifecycle,
        storage,
        old_base(AMD64),
        new_base(AMD64),
        record=lambda metadata, _: name_run_image(metadata, UNNAMED),
    )
    before = storage.read(scenario.app).metadata

    expect.succeeded(scenario.rebase(force=True))

    after = storage.read(scenario.app).metadata
    for key in before.keys() - {"runImage", "stack"}:
        expect.same(f"{key} in the metadata label", without_nothing(after.get(key)), without_nothing(before[key]))


@requirement("rebaser-force-renames")
@pytest.mark.parametrize("kind", ["single", "index"])
def test_run_image_that_was_forced_is_the_apps_from_now_on(
    lifecycle: Lifecycle, storage: StorageScope, kind: str
) -> None:
    """The names that the app had are not those of this run image: the next rebase would go back to the old one."""
    fresh = new_base(AMD64)
    mirrors = (UNNAMED, "registry.example/mirror/run:latest")
    scenario = app_on_base(
        lifecycle,
        storage,
        old_base(AMD64),
        fresh if kind == "single" else index_of(new_base(ARM64), fresh),
        record=lambda metadata, _: name_run_image(metadata, *mirrors),
    )

    expect.succeeded(scenario.rebase(force=True))

    metadata = storage.read(scenario.app).metadata
    for what, said in (("runImage", metadata.get("runImage") or {}), ("stack.runImage", stack(metadata))):
        # The deprecated key may be left out; where it is there, it has to say the same.
        named = str(said.get("image", "" if what == "runImage" else scenario.run.ref))
        expect.same(f"{what}.image", in_full(named), in_full(str(scenario.run.ref)))
        expect.same(f"{what}.mirrors", said.get("mirrors") or None, None)
