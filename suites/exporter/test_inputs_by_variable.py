"""What the exporter learns from variables alone: each input has one, besides its flag."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fixtures.lifecycle.build_outputs import OWN, BuildOutputs, Module, Process
from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.oci.labels import PROJECT_METADATA
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import run_image
from fixtures.storage.scope import StorageScope
from fixtures.storage.stored_image import StoredImage
from suites import expect, requirement
from suites.inputs.exports import Export, built_app


def image_by(export: Export, variable: str, flag: str, value: Path | str) -> StoredImage:
    """Export with a variable in the place of a flag, and give the app image. Raises NonConforming where that fails."""
    lifecycle = export.lifecycle.with_inputs({variable: str(value)})
    return replace(export, lifecycle=lifecycle).image({flag: None})


def elsewhere(export: Export, name: str) -> Path:
    """Give a path outside of the layers directory, where the exporter would look by itself."""
    export.space.make_directory(export.space.root / "elsewhere")
    return export.space.root / "elsewhere" / name


@requirement("phase-flag-over-environment")
def test_analysis(lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform) -> None:
    export, another = built_app(lifecycle, storage), run_image(build_platform, generation=2)
    path, placed = elsewhere(export, "analyzed.toml"), storage.share(another, "another")
    named = {"run-image": {**export.analyzed()["run-image"], "reference": str(placed.pinned)}}
    export.space.write_toml(path, named)

    image = image_by(export, "CNB_ANALYZED_PATH", "-analyzed", path)

    expect.built_on(image, another)


@requirement("phase-flag-over-environment")
def test_group(lifecycle: Lifecycle, storage: StorageScope) -> None:
    export, module = built_app(lifecycle, storage), Module(OWN.id, "9.9.9")
    path = elsewhere(export, "group.toml")
    export.space.write_toml(path, {"group": [module.described(export.space.buildpack_api)]})

    image = image_by(export, "CNB_GROUP_PATH", "-group", path)

    version = expect.recorded_buildpack(image, module).get("version")
    expect.same(f"the version of {module.id} in the lifecycle metadata", version, module.version)


@requirement("phase-flag-over-environment")
def test_app_directory(lifecycle: Lifecycle, storage: StorageScope) -> None:
    export = built_app(lifecycle, storage)
    path = elsewhere(export, "app")
    export.space.make_directory(path)
    export.space.write(path / "other.txt", "another app\n")

    image = image_by(export, "CNB_APP_DIR", "-app", path)

    expect.has_files(image, {str(path / "other.txt"): "another app\n"})
    expect.variable(image, "CNB_APP_DIR", str(path))


@requirement("phase-flag-over-environment")
def test_project_metadata(lifecycle: Lifecycle, storage: StorageScope) -> None:
    export, source = built_app(lifecycle, storage), {"type": "git"}
    path = elsewhere(export, "project.toml")
    export.space.write_toml(path, {"source": source})

    image = image_by(export, "CNB_PROJECT_METADATA_PATH", "-project-metadata", path)

    expect.same("the source in the project metadata", image.document(PROJECT_METADATA).get("source"), source)


@requirement("phase-flag-over-environment")
@pytest.mark.parametrize("kind", ["web", "worker"])
def test_process_type(lifecycle: Lifecycle, storage: StorageScope, kind: str) -> None:
    processes = (Process("web", ("serve",)), Process("worker", ("work",)))
    export = built_app(lifecycle, storage, outputs=BuildOutputs(processes))

    image = image_by(export, "CNB_PROCESS_TYPE", "-process-type", kind)

    expect.entrypoint(image, f"/cnb/process/{kind}")
