"""The launch layers that buildpacks left: made anew from a directory, or taken over from the previous image.

Source: buildpack.md, "Phase #6: Export"; platform.md, "exporter" and "io.buildpacks.lifecycle.metadata (JSON)".
"""

from __future__ import annotations

import os
from typing import NamedTuple

from . import files
from .errors import BuildpackApiError, RefusedError
from .files import Buildpack, Table
from .images import Image, Layer
from .layers import LayerWriter
from .publish import NewLayer

SUPPORTED_APIS = tuple(f"0.{minor}" for minor in range(2, 13))
TYPES_SINCE = (0, 6)
"""The Buildpack API that moved `launch`, `build` and `cache` into the table `types`."""

NOT_LAYERS = frozenset({"build.toml", "launch.toml", "store.toml"})


class LaunchLayer(NamedTuple):
    """A launch layer as it goes into the app image, with the entry that records it."""

    name: str
    layer: Layer | NewLayer
    created_by: str
    entry: Table


class Previous(NamedTuple):
    """The previous image, as far as its layers may be taken over: none where `image` is None."""

    image: Image | None
    metadata: Table

    def reuse(self, diff_id: object) -> Layer | None:
        """Give the layer of a diff ID."""
        layers = self.image.layers if self.image else ()
        return next((layer for layer in layers if layer.diff_id == diff_id), None)

    def buildpack_layer(self, buildpack: Buildpack, name: str) -> Layer | None:
        """Give the layer that the buildpack of this id left under this name in the previous build."""
        recorded = self.metadata.get("buildpacks")
        for entry in recorded if isinstance(recorded, list) else []:
            if isinstance(entry, dict) and entry.get("key") == buildpack.id:
                layers = entry.get("layers")
                layer = layers.get(name) if isinstance(layers, dict) else None
                return self.reuse(layer.get("sha")) if isinstance(layer, dict) else None
        return None


def check_api(buildpack: Buildpack) -> None:
    """Make sure that a buildpack's files can be read. Raises BuildpackApiError."""
    if buildpack.api not in SUPPORTED_APIS:
        known = ", ".join(SUPPORTED_APIS)
        raise BuildpackApiError(f"buildpack {buildpack.id} uses Buildpack API {buildpack.api!r}; known are {known}")


def of(buildpack: Buildpack, layers_dir: str, previous: Previous, writer: LayerWriter) -> list[LaunchLayer]:
    """Give the launch layers of one buildpack, sorted by name. Raises RefusedError or InvalidInputError."""
    directory = os.path.join(layers_dir, buildpack.directory)
    names = sorted(os.listdir(directory)) if os.path.isdir(directory) else []
    found = []
    for file in names:
        if file.endswith(".toml") and file not in NOT_LAYERS:
            layer = _launch_layer(buildpack, os.path.join(directory, file), previous, writer)
            found.extend([layer] if layer else [])
    return found


def _launch_layer(buildpack: Buildpack, path: str, previous: Previous, writer: LayerWriter) -> LaunchLayer | None:
    document = files.read_toml(path)
    api = tuple(int(part) for part in buildpack.api.split("."))
    types = files.table(document, "types", path) if api >= TYPES_SINCE else document
    flags = {key: files.switch(types, key, path) for key in ("build", "launch", "cache")}
    if not flags["launch"]:
        return None
    directory = path.removesuffix(".toml")
    name = os.path.basename(directory)
    if os.path.isdir(directory):
        made = writer.directory(directory)
        layer: Layer | NewLayer | None = previous.reuse(made.diff_id) or made
    else:
        layer = previous.buildpack_layer(buildpack, name)
    if layer is None:
        raise RefusedError(f"layer {buildpack.id}:{name} has no content, nor has a previous image any for it")
    entry = {"sha": layer.diff_id, "data": document.get("metadata", {}), **flags}
    return LaunchLayer(name, layer, f"Layer: '{name}', Created by buildpack: {buildpack.id}@{buildpack.version}", entry)


def metadata(buildpack: Buildpack, layers_dir: str, layers: list[LaunchLayer]) -> Table:
    """Give a buildpack's entry in the lifecycle metadata. Raises InvalidInputError."""
    entry: Table = {
        "key": buildpack.id,
        "version": buildpack.version,
        "layers": {layer.name: layer.entry for layer in layers},
    }
    store = files.read_toml(os.path.join(layers_dir, buildpack.directory, "store.toml"), optional=True)
    return {**entry, "store": {"metadata": store["metadata"]}} if store.get("metadata") else entry
