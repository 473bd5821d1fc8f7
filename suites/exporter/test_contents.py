"""What is in the layers of an exported app image: the app's own files, launcher and processes, bills of materials."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fixtures.lifecycle.app_tree import TREE, leave_app_tree
from fixtures.lifecycle.build_outputs import (
    OWN,
    OWN_LAYER,
    BuildOutputs,
    Module,
    Process,
    leave_description,
    leave_layer,
    leave_sbom,
)
from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.lifecycle.platform_api import PlatformApi
from fixtures.lifecycle.workspace import LAUNCHER
from fixtures.oci.images import ImageSpec, Layer
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import app_image, metadata_of, run_image
from fixtures.storage.scope import StorageScope
from suites import expect, requirement
from suites.inputs.app_on_run_image import recording
from suites.inputs.exports import Export, built_app

KEPT = "opt/kept.txt"
"""What the layer holds that a build takes over of the previous image."""


@requirement("exporter-app-files")
def test_files_of_the_app_are_what_they_were(lifecycle: Lifecycle, storage: StorageScope) -> None:
    expect_tree_in(built_app(lifecycle, storage))


SLICES = {
    "several": (("main.txt", "no-such-*"), ("private/*",), ("*-directory-0",)),
    "of-nothing": (("no-such-file",),),
}
"""Of which files of the app buildpacks ask for a layer of their own."""


@requirement("exporter-app-files")
@pytest.mark.parametrize("slices", SLICES.values(), ids=list(SLICES))
def test_files_of_an_app_in_slices(
    lifecycle: Lifecycle, storage: StorageScope, slices: tuple[tuple[str, ...], ...]
) -> None:
    """However many layers they are in."""
    expect_tree_in(built_app(lifecycle, storage, outputs=BuildOutputs(slices=slices)))


def expect_tree_in(export: Export) -> None:
    """Raise NonConforming unless an app of all kinds of files is in its image as it was."""
    leave_app_tree(export.space)

    image = export.image()

    entries = expect.entries_above(image, len(export.base.image.layers))
    expect.has_tree(entries, str(export.space.app), TREE, export.lifecycle.executor.owner)


@requirement("exporter-contents")
def test_launch_layers_launcher_and_metadata_are_there(lifecycle: Lifecycle, storage: StorageScope) -> None:
    export = built_app(lifecycle, storage)
    space = export.space
    leave_layer(space, OWN, "second", data={}, said="another layer")

    image = export.image()

    home, metadata = space.layers / OWN.escaped, space.layers / "config" / "metadata.toml"
    files = {
        f"{home}/{OWN_LAYER}/dependency.txt": "dependency of app\n",
        f"{home}/second/contents.txt": "another layer\n",
        "/cnb/lifecycle/launcher": LAUNCHER.decode(),
        str(metadata): space.text(metadata),
    }
    expect.has_files(image, files)


def with_kept_layer(base: ImageSpec, api: PlatformApi, module: Module) -> ImageSpec:
    """Give an app image whose last layer is `kept` of a buildpack, the second buildpack that is recorded."""
    app, kept = app_image(base, api=str(api), run_image="registry.example/run:latest"), Layer.of({KEPT: "kept\n"})
    layers = {"kept": {"sha": kept.diff_id, "data": {}, "build": False, "launch": True, "cache": False}}
    entry = {"key": module.id, "version": module.version, "layers": layers}
    recorded = recording(app, lambda metadata: metadata["buildpacks"].append(entry))
    return replace(recorded, layers=(*recorded.layers, kept))


@requirement("exporter-contents")
def test_layer_of_the_previous_image_that_is_described_alone(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform
) -> None:
    """Its buildpack wants it as it was (buildpack.md, "Phase #6: Export")."""
    base, module = run_image(build_platform), Module("conformance/tools", "0.0.2")
    previous = with_kept_layer(base, lifecycle.api, module)
    placed = storage.share(previous, "earlier")
    export = built_app(lifecycle, storage, base, BuildOutputs(group=(OWN, module)))
    leave_description(export.space, module, "kept")
    analyzed = {"image": {"reference": str(placed.pinned)}, "metadata": metadata_of(previous)}
    export.space.write_toml(export.space.analyzed_path, {**export.analyzed(), **analyzed})

    image = export.image()

    expect.has_files(image, {KEPT: "kept\n"})


@requirement("exporter-contents")
def test_each_process_leads_to_the_launcher(lifecycle: Lifecycle, storage: StorageScope) -> None:
    processes = (Process("web", ("serve",)), Process("worker.1-b", ("work",)))
    export = built_app(lifecycle, storage, outputs=BuildOutputs(processes))

    image = export.image()

    entries = expect.entries_above(image, len(export.base.image.layers))
    found = {path: entry.target for path, entry in entries.items() if path.startswith("cnb/process/")}
    expected = {f"cnb/process/{process.type}": "/cnb/lifecycle/launcher" for process in processes}
    expect.same("the links to the launcher", found, expected)


@requirement("exporter-sbom")
def test_bills_of_materials_of_buildpacks_are_there(lifecycle: Lifecycle, storage: StorageScope) -> None:
    export = built_app(lifecycle, storage)
    bills = {
        str(leave_sbom(export.space, place, content)): content
        for place, content in (
            (f"{OWN.escaped}/sbom.cdx.json", '{"of": "the app"}\n'),
            (f"{OWN.escaped}/{OWN_LAYER}/sbom.spdx.json", '{"of": "a layer"}\n'),
            (f"{OWN.escaped}/{OWN_LAYER}/sbom.syft.json", '{"of": "it too"}\n'),
        )
    }

    image = export.image()

    expect.has_files(image, bills)


@requirement("exporter-sbom")
def test_bill_of_materials_of_the_launcher_is_there(lifecycle: Lifecycle, storage: StorageScope) -> None:
    export = built_app(lifecycle, storage)
    space, content = export.space, '{"of": "the launcher"}\n'
    space.make_directory(space.root / "beside-the-launcher")
    space.write(space.root / "beside-the-launcher" / "launcher.sbom.cdx.json", content)

    image = export.image({"-launcher-sbom": str(space.root / "beside-the-launcher")})

    place = space.layers / "sbom" / "launch" / "buildpacksio_lifecycle" / "launcher"
    expect.has_file_below(image, str(place), content)
