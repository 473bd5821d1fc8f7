"""What the analyzer takes over of a previous image: its metadata in full, and nothing of one that does not fit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fixtures.lifecycle.build_outputs import OWN
from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.lifecycle.workspace import Workspace
from fixtures.oci.digests import digest_of
from fixtures.oci.images import Artifact, Entry, ImageSpec, Layer
from fixtures.oci.labels import LIFECYCLE_METADATA
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import index_of, run_image
from fixtures.storage.scope import StorageScope
from suites import expect, requirement
from suites.inputs.app_on_run_image import recording
from suites.inputs.index_shapes import others_than, previous_images

SPELLED = {"runImage": "run-image", "topLayer": "top-layer"}
"""How analyzed.toml spells what the label has in JSON; the label's own spelling is a representation too."""


def found_at(metadata: Mapping[str, Any], *path: str) -> Any:
    """Give what stands at a place of the metadata, by either spelling of each key; None for nothing."""
    found: Any = metadata
    for key in path:
        inner = found if isinstance(found, Mapping) else {}
        found = inner.get(SPELLED.get(key, key), inner.get(key))
    return found


PLACES = (
    ("runImage", "topLayer"),
    ("runImage", "reference"),
    ("stack", "runImage", "image"),
    ("app",),
    ("config", "sha"),
    ("launcher", "sha"),
    ("sbom", "sha"),
)


def with_bill(image: ImageSpec, path: Path) -> ImageSpec:
    """Give an app image with a layer that holds a Software Bill of Materials at this path."""
    layer = Layer.of({str(path).lstrip("/"): f'{{"of": "{image.platform}"}}'})
    recorded = recording(image, lambda metadata: metadata.update(sbom={"sha": layer.diff_id}))
    return replace(recorded, layers=(*recorded.layers, layer))


@requirement("analyzer-metadata-keys")
@pytest.mark.parametrize("special", ["nothing", "buildpack-without-layers", "bill-of-materials"])
def test_metadata_are_what_the_label_says(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, special: str
) -> None:
    """A buildpack that made no layer may say nothing of layers; a bill of materials is no reason to fail."""
    space, previous = lifecycle.workspace(), previous_images(lifecycle.api)(build_platform)
    if special == "buildpack-without-layers":
        without = {"key": "conformance/none", "version": "1"}
        previous = recording(previous, lambda metadata: metadata["buildpacks"].append(without))
    elif special == "bill-of-materials":
        previous = with_bill(previous, space.layers / "sbom" / "launch" / OWN.escaped / "sbom.cdx.json")
    label = json.loads(dict(previous.labels)[LIFECYCLE_METADATA])
    base, earlier = storage.share(run_image(build_platform), "run"), storage.share(previous, "earlier")

    run = lifecycle.analyze(storage.unused("app"), run_image=base, previous=earlier, workspace=space)

    expect.succeeded(run)
    for path in PLACES:
        found, said = found_at(run.analyzed.metadata, *path), found_at(label, *path)
        expect.same(f"{'.'.join(path)} of the label in [metadata]", found, said)


DATA = {"version": "1.2", "count": 3, "share": 0.5, "on": True, "list": ["a", "b"], "deep": {"er": "größe & <value>"}}

BUILDPACKS = (
    {
        "key": "conformance/tools",
        "version": "2.1",
        "layers": {
            "both": {"sha": digest_of(b"both"), "data": DATA, "build": True, "launch": True, "cache": True},
            "plain": {"sha": digest_of(b"plain"), "data": {}, "build": False, "launch": True, "cache": False},
        },
        "store": {"metadata": {"kept": "for the next build"}},
    },
    {"key": "conformance/more", "version": "3", "layers": {"last": {"sha": digest_of(b"last"), "launch": True}}},
    {"key": "conformance/none", "version": "4", "layers": None, "store": None},
)
"""What a metadata label records of further buildpacks."""


@requirement("analyzer-metadata-keys")
def test_layers_of_buildpacks_are_what_the_label_says(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform
) -> None:
    """Of what is not stated in a label, that it is nothing may be said."""
    plain = previous_images(lifecycle.api)(build_platform)
    previous = recording(plain, lambda metadata: metadata["buildpacks"].extend(BUILDPACKS))
    base = storage.share(run_image(build_platform), "run")

    run = lifecycle.analyze(storage.unused("app"), run_image=base, previous=storage.share(previous, "earlier"))

    expect.succeeded(run)
    label = json.loads(dict(previous.labels)[LIFECYCLE_METADATA])
    expect.same("the buildpacks in [metadata]", layers_by_buildpack(run.analyzed.metadata), layers_by_buildpack(label))
    stored = expect.holds_somewhere(run.analyzed.metadata, {"kept": "for the next build"})
    expect.holds(stored, "what a buildpack stored in [metadata]", "it is not there")


def layers_by_buildpack(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Give what metadata record of each buildpack, whether its layers' data are called so or, as in TOML, metadata."""
    return {
        f"{entry.get('key')} {entry.get('version')}": {
            name: {
                "sha": layer.get("sha"),
                "data": layer.get("data") or layer.get("metadata") or {},
                **{flag: bool(layer.get(flag)) for flag in ("build", "launch", "cache")},
            }
            for name, layer in _table(entry.get("layers")).items()
        }
        for entry in metadata.get("buildpacks") or []
    }


def _table(value: object) -> Mapping[str, Any]:
    """Give the layers of a buildpack, where they are as they ought to be; null is as good as none."""
    if isinstance(value, Mapping):
        return value
    return {} if value is None else {f"{value!r}, which is no table": {}}


@requirement("analyzer-previous-variant-spelling")
def test_variants_that_the_configs_state_and_the_index_does_not(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform
) -> None:
    """So tools describe images that make an index of several builds."""
    make = previous_images(lifecycle.api)
    stated = [replace(each, variant=each.normal_variant) for each in (others_than(build_platform)[0], build_platform)]
    sibling, child = map(make, stated)
    base = storage.share(run_image(build_platform), "run")

    def analyze(*entries: ImageSpec | Entry) -> None:
        previous = storage.share(index_of(*entries), "earlier")
        run = lifecycle.analyze(storage.unused("app"), run_image=base, previous=previous)
        expect.analyzed(expect.succeeded(run), child, sibling)

    with expect.positive_control():
        analyze(sibling, child)

    analyze(*(Entry(image, image.platform.without_variant()) for image in (sibling, child)))


def has_own(metadata: dict[str, Any]) -> None:
    """Tell of a buildpack of the workspace's group: of those of others, nothing need be kept."""
    metadata["buildpacks"] = [{**each, "key": OWN.id} for each in metadata["buildpacks"]]


@requirement("analyzer-foreign-sbom")
@pytest.mark.parametrize("kind", ["single", "index-without", "index-with"])
def test_bill_of_materials_of_another_architecture(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, kind: str
) -> None:
    """Layers are unpacked where they say, so each image says where in the workspace its own bill is to be."""
    space, make = lifecycle.workspace(), previous_images(lifecycle.api)
    launch = space.layers / "sbom" / "launch" / OWN.escaped
    platforms = [*others_than(build_platform)[:2], build_platform]
    bills = {each.slug: launch / each.slug / "sbom.cdx.json" for each in platforms}
    other, another, own = (recording(with_bill(make(each), bills[each.slug]), has_own) for each in platforms)
    previous: dict[str, Artifact] = {
        "single": other,
        "index-without": index_of(other, another),
        "index-with": index_of(other, another, own),
    }
    with expect.positive_control():
        found = bills_left(lifecycle, storage, own, space, bills)
        expect.same("bills of materials in <layers>/sbom", found, [build_platform.slug])

    found = bills_left(lifecycle, storage, previous[kind], space, bills)

    # What the control left may be there still: it is the fitting one's.
    foreign = [name for name in found if name != build_platform.slug]
    expect.holds(not foreign, "no bill of materials of another architecture", f"in <layers>/sbom: {', '.join(foreign)}")


def bills_left(
    lifecycle: Lifecycle, storage: StorageScope, previous: Artifact, space: Workspace, bills: Mapping[str, Path]
) -> list[str]:
    """Name the bills that are there after the analyzer or, where the target has one, after the restorer.

    Which of the two restores them differs from Platform API to Platform API; the restorer may move them to the layers.
    """
    base, earlier = storage.share(run_image(lifecycle.platform), "run"), storage.share(previous, "earlier")
    run = lifecycle.analyze(storage.unused("app"), run_image=base, previous=earlier, workspace=space)
    expect.succeeded(run)
    found = [name for name, path in bills.items() if space.has(path)]
    if lifecycle.has_program("restorer"):
        expect.exited_with_0(lifecycle.restore(space))
        moved = {name: space.layers / OWN.escaped / f"{name}.sbom.cdx.json" for name in bills}
        found += [name for name in bills if space.has(bills[name]) or space.has(moved[name])]
    return list(dict.fromkeys(found))
