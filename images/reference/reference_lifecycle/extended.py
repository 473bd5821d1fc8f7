"""A run image that extensions extended: an OCI image layout with what they added, on the run image that was analyzed.

Source: platform.md, "exporter, Outputs"; the OCI image specification, image-layout.md.
"""

from __future__ import annotations

import json
import os

from .errors import InvalidInputError, PlatformMismatchError, RefusedError
from .images import Image, Json
from .publish import NewLayer


def extend(run_image: Image, directory: str) -> tuple[Image, tuple[NewLayer, ...]]:
    """Give the run image with the config that extensions left, and the layers that they put on it. Raises RefusedError.

    `directory` holds the layout, or one directory that is it. Layers of the run image itself need not be in there.
    """
    layout = _layout_in(directory)
    manifest = _blob(layout, _only_image(layout))
    config = _blob(layout, manifest.get("config", {}).get("digest", ""))
    named = {key: config.get(key) for key in ("os", "architecture")}
    if named != {key: run_image.config.get(key) for key in named}:
        raise PlatformMismatchError(f"{layout} is for {named}, and the run image for {run_image.platform}")
    described, diff_ids = manifest.get("layers", []), config.get("rootfs", {}).get("diff_ids", [])
    below = len(run_image.layers)
    if len(described) != len(diff_ids) or tuple(diff_ids[:below]) != run_image.diff_ids:
        raise RefusedError(f"{layout} is no image on {run_image.reference}")
    added = tuple(
        NewLayer(_path(layout, descriptor["digest"]), descriptor, diff_id)
        for descriptor, diff_id in zip(described[below:], diff_ids[below:], strict=True)
    )
    for layer in added:
        if not os.path.isfile(layer.file):
            raise RefusedError(f"{layout} lacks its layer {layer.digest}")
    return run_image._replace(config=config), added


def _layout_in(directory: str) -> str:
    names = os.listdir(directory) if os.path.isdir(directory) else []
    inner = [os.path.join(directory, name) for name in names]
    for path in (directory, *inner):
        if os.path.isfile(os.path.join(path, "index.json")):
            return path
    raise InvalidInputError(f"{directory} holds no extended run image")


def _only_image(layout: str) -> str:
    listed = _read(os.path.join(layout, "index.json")).get("manifests")
    if not isinstance(listed, list) or len(listed) != 1:
        raise InvalidInputError(f"{layout} is to hold one image")
    return str(listed[0].get("digest"))


def _path(layout: str, digest: str) -> str:
    algorithm, _, text = digest.partition(":")
    if not (algorithm.isalnum() and text.isalnum()):
        raise InvalidInputError(f"{digest!r} in {layout} is no digest")
    return os.path.join(layout, "blobs", algorithm, text)


def _blob(layout: str, digest: str) -> Json:
    return _read(_path(layout, digest))


def _read(path: str) -> Json:
    try:
        with open(path, "rb") as file:
            value = json.load(file)
    except (OSError, ValueError, RecursionError) as error:
        raise InvalidInputError(f"{path} can't be read: {error}") from error
    if not isinstance(value, dict):
        raise InvalidInputError(f"{path} is no JSON object")
    return value
