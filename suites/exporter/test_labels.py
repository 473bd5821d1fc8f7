"""The labels by which others know what is in an exported app image, and by which it is built upon and rebased."""

from __future__ import annotations

from datetime import date

import pytest

from fixtures.lifecycle.build_outputs import (
    OWN,
    OWN_LAYER,
    BuildOutputs,
    Module,
    Process,
    leave_layer,
    leave_sbom,
    leave_store,
)
from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.oci.labels import PROJECT_METADATA
from fixtures.storage.scope import StorageScope
from suites import Needs, expect, requirement
from suites.inputs.exports import built_app

TOOLS = Module("conformance/tools", "0.0.2", homepage="https://tools.example/?a=b&c=<d>")
EXTENSION = Module("conformance/extension", "3.2.1", homepage="https://extension.example")
NOTHING_LEFT = Module("quiet", "9")
PROCESSES = (
    Process("web", ("serve",), ("--port", "8080", ""), working_dir="/elsewhere"),
    Process("worker", ("work", "hard"), buildpack=TOOLS.id),
)
GROUP = (TOOLS, OWN, NOTHING_LEFT)


@requirement("exporter-build-label")
def test_processes_and_buildpacks_are_named(lifecycle: Lifecycle, storage: StorageScope) -> None:
    export = built_app(lifecycle, storage, outputs=BuildOutputs(PROCESSES, default="web", group=GROUP))

    image = export.image()

    expect.names_processes(image, PROCESSES, lifecycle.api)
    expect.names_modules(image, "buildpacks", GROUP)


@requirement("exporter-build-label", since="0.10")
def test_extensions_are_named(lifecycle: Lifecycle, storage: StorageScope) -> None:
    export = built_app(lifecycle, storage, outputs=BuildOutputs(extensions=(EXTENSION,)))

    image = export.image()

    expect.names_modules(image, "extensions", [EXTENSION])


@requirement("exporter-modules-described")
def test_homepages_and_apis_of_buildpacks_are_named(lifecycle: Lifecycle, storage: StorageScope) -> None:
    export = built_app(lifecycle, storage, outputs=BuildOutputs(group=GROUP))

    image = export.image()

    expect.describes_modules(image, "buildpacks", GROUP, export.space.buildpack_api, lifecycle.api)


@requirement("exporter-modules-described", since="0.10")
def test_homepages_and_apis_of_extensions_are_named(lifecycle: Lifecycle, storage: StorageScope) -> None:
    export = built_app(lifecycle, storage, outputs=BuildOutputs(extensions=(EXTENSION,)))

    image = export.image()

    expect.describes_modules(image, "extensions", [EXTENSION], export.space.buildpack_api, lifecycle.api)


@requirement("exporter-build-label")
def test_labels_of_buildpacks_are_there(lifecycle: Lifecycle, storage: StorageScope) -> None:
    wanted = {"org.example.made-by": "größe & <tools>", "org.example.empty": "", "conformance.run-image": "the app's"}
    export = built_app(lifecycle, storage, outputs=BuildOutputs(labels=tuple(wanted.items())))

    image = export.image()

    expect.same("the labels that buildpacks ask for", {name: image.labels.get(name) for name in wanted}, wanted)


USUAL = "project-metadata.toml"

SOURCE = {
    "type": "git",
    "version": {"commit": "0123abc", "tags": ["a", "größe & <b>"], "dirty": False, "distance": 7},
    "metadata": {"repository": "https://git.example/app", "deep": {"er": {"key": "value"}}},
}


@requirement("exporter-build-label")
@pytest.mark.parametrize("place", ["given", "usual", "none"])
def test_source_is_named(lifecycle: Lifecycle, storage: StorageScope, place: str) -> None:
    """Where no flag says where the project metadata are, they are among the layers."""
    export = built_app(lifecycle, storage)
    paths = {"given": export.space.root / "project" / "given.toml", "usual": export.space.layers / USUAL}
    if path := paths.get(place):
        export.space.write_toml(path, {"source": SOURCE})

    image = export.image({"-project-metadata": str(path) if place == "given" else None})

    found, wrote = image.document(PROJECT_METADATA).get("source") or None, SOURCE if path else None
    expect.same("the source in the project metadata", found, wrote)


@requirement("exporter-launcher-recorded")
def test_launcher_is_named(lifecycle: Lifecycle, storage: StorageScope) -> None:
    image = built_app(lifecycle, storage).image()

    expect.names_launcher(image)


DATA = {"version": "1.2", "count": 3, "on": True, "list": ["a", "b"], "deep": {"er": "größe & <value>"}}


@requirement("exporter-layer-label")
def test_launch_layers_are_recorded(lifecycle: Lifecycle, storage: StorageScope) -> None:
    export = built_app(lifecycle, storage, outputs=BuildOutputs(group=GROUP))
    space, own = export.space, export.space.layers / OWN.escaped / OWN_LAYER
    leave_layer(space, TOOLS, "both", data=DATA, types=("launch", "build", "cache"))
    leave_layer(space, TOOLS, "plain", data={}, said="another")
    leave_layer(space, TOOLS, "for-the-build-alone", data=DATA, types=("build",))

    image = export.image()

    home = space.layers / TOOLS.escaped
    both = {"path": f"{home}/both/contents.txt", "data": DATA, "types": ("launch", "build", "cache")}
    plain = {"path": f"{home}/plain/contents.txt", "data": {}, "types": ("launch",)}
    expect.records_launch_layers(image, TOOLS, {"both": both, "plain": plain})
    dependency = {"path": f"{own}/dependency.txt", "data": {}, "types": ("launch",)}
    expect.records_launch_layers(image, OWN, {OWN_LAYER: dependency})
    expect.records_launch_layers(image, NOTHING_LEFT, {})


@requirement("exporter-layer-label")
def test_data_with_a_date(lifecycle: Lifecycle, storage: StorageScope) -> None:
    """JSON has no dates: how one is written is left open."""
    export = built_app(lifecycle, storage)
    leave_layer(export.space, OWN, "dated", data={"released": date(2026, 2, 28), "version": "1.2"})

    image = export.image()

    layers = expect.recorded_buildpack(image, OWN).get("layers") or {}
    data = layers.get("dated", {}).get("data") or {}
    expect.same("the keys of the layer's data", sorted(data), ["released", "version"])
    expect.same("version in the layer's data", data.get("version"), "1.2")


@requirement("exporter-layer-label")
def test_what_a_buildpack_stores_is_recorded(lifecycle: Lifecycle, storage: StorageScope) -> None:
    """Nothing else tells it to the next build (platform.md, "restorer")."""
    export = built_app(lifecycle, storage, outputs=BuildOutputs(group=(OWN, TOOLS)))
    leave_store(export.space, TOOLS, DATA)

    image = export.image()

    entry = expect.recorded_buildpack(image, TOOLS)
    expect.holds(expect.holds_somewhere(entry, DATA), f"what {TOOLS.id} stored", f"{entry!r:.300}")


@requirement("exporter-layer-label")
def test_other_layers_are_recorded(lifecycle: Lifecycle, storage: StorageScope) -> None:
    export = built_app(lifecycle, storage, outputs=BuildOutputs(PROCESSES))
    space = export.space

    image = export.image()

    metadata = image.metadata
    expect.records_layer(image, metadata.get("launcher"), "/cnb/lifecycle/launcher", "launcher in the metadata")
    expect.records_layer(
        image, metadata.get("config"), f"{space.layers}/config/metadata.toml", "config in the metadata"
    )
    expect.records_app(image, str(space.app), [str(space.app / "main.txt")])


@requirement("exporter-layer-label", since="0.9")
def test_layer_of_bills_of_materials_is_recorded(lifecycle: Lifecycle, storage: StorageScope) -> None:
    export = built_app(lifecycle, storage)
    bill = leave_sbom(export.space, f"{OWN.escaped}/sbom.cdx.json", '{"of": "the app"}\n')

    image = export.image()

    expect.records_layer(image, image.metadata.get("sbom"), str(bill), "sbom in the metadata")


@requirement("exporter-exec-env")
def test_execution_environment_is_recorded(lifecycle: Lifecycle, storage: StorageScope) -> None:
    """Nothing is said of one, so it is the usual one."""
    image = built_app(lifecycle, storage).image()

    expect.same("exec-env in the lifecycle metadata", image.metadata.get("exec-env"), "production")


@requirement("exporter-exec-env", needs=Needs(capabilities=frozenset({"environment"})))
def test_execution_environment_of_the_platform_is_recorded(lifecycle: Lifecycle, storage: StorageScope) -> None:
    image = built_app(lifecycle.with_inputs({"CNB_EXEC_ENV": "test"}), storage).image()

    expect.same("exec-env in the lifecycle metadata", image.metadata.get("exec-env"), "test")
