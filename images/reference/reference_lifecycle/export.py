"""The exporter: builds the app image on the run image that was analyzed, for the build platform and no other.

Source: platform.md, "exporter"; buildpacks/lifecycle issue 435.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from typing import NamedTuple

from . import (
    app_config,
    app_layers,
    build_platform,
    buildpack_layers,
    console,
    extended,
    files,
    labels,
    run_images,
    selection,
)
from .build_platform import BuildPlatform
from .buildpack_layers import Previous
from .errors import ImageMissingError, RefusedError
from .files import Analyzed, Buildpack, RunImageNames
from .images import Image, Json
from .inputs import Inputs
from .layers import LayerWriter
from .publish import AnyLayer, NewImage, NewLayer, format_of, history_of, in_format, publish
from .references import parse, parse_tags
from .registry import Registry


class Export(NamedTuple):
    """One export: what the platform and the earlier phases gave, and the images that were found."""

    inputs: Inputs
    analyzed: Analyzed
    group: tuple[Buildpack, ...]
    build: app_config.BuildMetadata
    project: Json
    run_image: Image
    previous: Previous

    @property
    def layers_dir(self) -> str:
        """The layers directory, as the app image names it."""
        return os.path.abspath(self.inputs.value("layers"))

    @property
    def app_dir(self) -> str:
        """The app directory, as the app image names it."""
        return os.path.abspath(self.inputs.value("app"))


class Added(NamedTuple):
    """A layer on top of the run image, with what its history says."""

    layer: AnyLayer
    created_by: str


def run(inputs: Inputs) -> None:
    """Export, and write the image and the report once everything has been read and checked. Raises LifecycleError."""
    tags = parse_tags(inputs.images)
    wanted = build_platform.find(inputs)
    analyzed = files.read_analyzed(inputs.value("analyzed"))
    group = files.read_group(inputs.value("group"))
    for buildpack in group:
        buildpack_layers.check_api(buildpack)
    build = app_config.read_build_metadata(inputs)
    project = files.read_toml(inputs.value("project-metadata"), optional=True)
    entrypoint = app_config.entrypoint(inputs.value("process-type"), build)
    created = app_config.created(inputs)

    registry = Registry(inputs.environ, inputs.repeated("insecure-registry"))
    run_image = _find_run_image(registry, analyzed, wanted)
    extension: tuple[NewLayer, ...] = ()
    if analyzed.extended:
        run_image, extension = extended.extend(run_image, os.path.join(inputs.value("extended"), "run"))
    previous = Previous(_find_previous(registry, analyzed, run_image, wanted), analyzed.metadata)
    export = Export(inputs, analyzed, group, build, project, run_image, previous)
    _tell_of_contradictions(export)
    with tempfile.TemporaryDirectory(prefix="reference-exporter-") as directory:
        added, metadata = _add_layers(export, LayerWriter(directory, inputs.owner))
        config = app_config.derive(run_image, inputs, entrypoint, _labels(export, metadata), created)
        publish(registry, tags, _assemble(run_image, extension, added, config, created), inputs)


def _tell_of_contradictions(export: Export) -> None:
    """Warn of what is for another architecture than the run image, which is what the app image goes by."""
    platform = export.run_image.platform
    path = export.inputs.value("launcher")
    launcher = app_layers.architecture_of(path) if os.path.isfile(path) else ""
    if launcher not in ("", platform.architecture):
        console.warning(f"the launcher is for {launcher}, and the run image for {platform}")
    target = export.analyzed.target
    if (target["os"] or platform.os, target["arch"] or platform.architecture) != (platform.os, platform.architecture):
        console.warning(f"analyzed.toml says that the run image is for {target}, and it is for {platform}")


def _find_run_image(registry: Registry, analyzed: Analyzed, wanted: BuildPlatform) -> Image:
    run_image = selection.find(registry, parse(analyzed.run_image), wanted)
    if not run_image.layers:
        raise RefusedError(f"the run image {run_image.reference} has no layers")
    console.info(f"run image: {run_image.reference} for {run_image.platform}")
    return run_image


def _find_previous(registry: Registry, analyzed: Analyzed, run_image: Image, wanted: BuildPlatform) -> Image | None:
    """Find the previous image for the run image's architecture, or refuse: its layers may end up in the app image.

    One that has been deleted since it was analyzed leaves nothing to take over.
    """
    if not analyzed.previous_image:
        return None
    platform = BuildPlatform(run_image.platform, wanted.chooses)
    try:
        return selection.find(registry, parse(analyzed.previous_image), platform)
    except ImageMissingError:
        console.info(f"previous image: {analyzed.previous_image} is gone, no layer of it is used")
        return None


def _add_layers(export: Export, writer: LayerWriter) -> tuple[list[Added], Json]:
    """Make every layer that goes on top of the run image, lowest first, and the metadata that records them."""
    inputs, previous, layers_dir = export.inputs, export.previous, export.layers_dir
    added: list[Added] = []

    def add(layer: NewLayer, created_by: str) -> Json:
        added.append(Added(previous.reuse(layer.diff_id) or layer, created_by))
        return {"sha": layer.diff_id}

    recorded = []
    for buildpack in export.group:
        launch_layers = buildpack_layers.of(buildpack, layers_dir, previous, writer)
        added.extend(Added(each.layer, each.created_by) for each in launch_layers)
        recorded.append(buildpack_layers.metadata(buildpack, layers_dir, launch_layers))
    metadata: Json = {}
    if inputs.api >= (0, 11):
        app_layers.copy_lifecycle_sboms(inputs.value("launcher-sbom"), layers_dir)
    bills = app_layers.sbom(layers_dir, writer) if inputs.api >= (0, 8) else None
    if bills:
        metadata["sbom"] = add(bills, "Software Bill-of-Materials")
    slices = app_layers.app(export.app_dir, export.build.slices, writer)
    metadata["app"] = [add(layer, "Application Layer") for layer in slices]
    metadata["buildpacks"] = recorded
    metadata["launcher"] = add(app_layers.launcher(inputs.value("launcher"), writer), "Buildpacks Launcher")
    metadata["config"] = add(writer.directory(os.path.join(layers_dir, "config")), "Buildpacks Launcher Config")
    if export.build.process_types:
        links = app_layers.processes(export.build.process_types, writer)
        metadata["process-types"] = add(links, "Buildpacks Process Types")
    return added, metadata


def _labels(export: Export, metadata: Json) -> dict[str, str]:
    """Give the labels that the lifecycle sets, and those that buildpacks asked for."""
    inputs, names = export.inputs, _run_image_names(export)
    located: Json = {"topLayer": export.run_image.diff_ids[-1], "reference": export.run_image.reference}
    if inputs.api >= (0, 12):
        located |= names.as_json()
    recorded = {**metadata, "runImage": located, "stack": {"runImage": names.as_json()}}
    if inputs.api >= (0, 15):
        recorded["exec-env"] = inputs.environ.get("CNB_EXEC_ENV") or "production"
    return {
        labels.METADATA: labels.dumps(recorded),
        labels.BUILD: labels.dumps(app_config.build_label(export.build, export.group, inputs)),
        labels.PROJECT: labels.dumps(export.project),
        **export.build.labels,
    }


def _run_image_names(export: Export) -> RunImageNames:
    """Give the names to rebase by: what run.toml or stack.toml says, or else the name that was analyzed."""
    inputs, analyzed = export.inputs, export.analyzed
    if inputs.api < (0, 12):
        return files.read_stack(inputs.value("stack"))
    names = run_images.describe(files.read_run_images(inputs.value("run")), analyzed.run_image_name)
    return names if names.image else RunImageNames(analyzed.run_image_name)


def _assemble(
    run_image: Image, extension: Sequence[NewLayer], added: Sequence[Added], config: Json, created: str
) -> NewImage:
    """Put the layers on the run image, whose own stay what they are, in the format that it has if that can be."""
    layers: list[AnyLayer] = [*run_image.layers, *(each.layer for each in added)]
    layers[len(run_image.layers) : len(run_image.layers)] = extension
    media_type = format_of(layers, run_image.media_type)
    history = history_of(run_image.config, len(run_image.layers) + len(extension))
    history += [{"created": created, "created_by": each.created_by} for each in added]
    manifest = {"schemaVersion": 2, "mediaType": media_type}
    return NewImage(media_type, manifest, config, in_format(layers, media_type), tuple(history))
