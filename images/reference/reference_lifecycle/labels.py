"""The lifecycle metadata label: JSON in the image, TOML in analyzed.toml, with other names for the same things.

Source: platform.md, "Labels" and "analyzed.toml (TOML)".
"""

from __future__ import annotations

import json
from typing import Any

from .files import RunImageNames
from .images import Image, Json

METADATA = "io.buildpacks.lifecycle.metadata"
BUILD = "io.buildpacks.build.metadata"
PROJECT = "io.buildpacks.project.metadata"
REBASABLE = "io.buildpacks.rebasable"
DISTRO_NAME = "io.buildpacks.base.distro.name"
DISTRO_VERSION = "io.buildpacks.base.distro.version"
STACK_ID = "io.buildpacks.stack.id"
STACK_MIXINS = "io.buildpacks.stack.mixins"
STACK_PREFIX = "io.buildpacks.stack."
BASE_PREFIX = "io.buildpacks.base."

TOML_NAMES = {"runImage": "run-image", "topLayer": "top-layer"}
"""The keys that analyzed.toml writes with hyphens."""


def read_metadata(image: Image) -> Json | None:
    """Give the lifecycle metadata of an app image; None where it is missing or can't be read."""
    try:
        value = json.loads(image.labels.get(METADATA, ""))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def as_toml(metadata: Json) -> Json:
    """Write the metadata with the keys of analyzed.toml."""
    renamed = {TOML_NAMES.get(key, key): value for key, value in metadata.items()}
    renamed["run-image"] = _renamed(renamed.get("run-image"))
    renamed["stack"] = _renamed(renamed.get("stack"))
    if isinstance(renamed.get("buildpacks"), list):
        renamed["buildpacks"] = [_buildpack_as_toml(entry) for entry in renamed["buildpacks"]]
    return {key: value for key, value in renamed.items() if value is not None}


def _renamed(value: Any) -> Any:
    return {TOML_NAMES.get(key, key): inner for key, inner in value.items()} if isinstance(value, dict) else value


def _buildpack_as_toml(entry: Any) -> Any:
    """Give a layer's `data` the name that layer files have for it: `metadata`."""
    if not isinstance(entry, dict) or not isinstance(entry.get("layers"), dict):
        return entry
    layers = {
        name: {"metadata" if key == "data" else key: value for key, value in layer.items()}
        for name, layer in entry["layers"].items()
        if isinstance(layer, dict)
    }
    return {**entry, "layers": layers}


def run_image_names(metadata: Json) -> RunImageNames:
    """Give the names of the run image that the `runImage` key records."""
    return _names(metadata.get("runImage"))


def stack_run_image_names(metadata: Json) -> RunImageNames:
    """Give the names of the run image that the deprecated `stack` key records."""
    stack = metadata.get("stack")
    return _names(stack.get("runImage") if isinstance(stack, dict) else None)


def _names(value: object) -> RunImageNames:
    if not isinstance(value, dict):
        return RunImageNames()
    image, mirrors = value.get("image"), value.get("mirrors")
    listed = mirrors if isinstance(mirrors, list) else []
    return RunImageNames(
        image if isinstance(image, str) else "",
        tuple(mirror for mirror in listed if isinstance(mirror, str)),
    )


def dumps(value: object) -> str:
    """Write a label's JSON; dates and times, which TOML has and JSON has not, become text."""
    return json.dumps(value, separators=(",", ":"), default=lambda date: date.isoformat())
