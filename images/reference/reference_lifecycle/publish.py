"""Writing an image: every blob to every repository first, then the one manifest to every tag.

A phase that fails on the way has changed no tag, since a manifest is the only thing that can.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from . import console, files
from .images import Json, Layer
from .inputs import Inputs
from .references import Reference, Repository
from .registry import DOCKER_MANIFEST, OCI_MANIFEST, Registry, digest_of

CREATED = "1980-01-01T00:00:01Z"
"""When every image says that it was created, so that the same inputs give the same image."""

_OCI, _DOCKER = "application/vnd.oci.image", "application/vnd.docker"

LAYER_TYPES = (
    (f"{_OCI}.layer.v1.tar+gzip", f"{_DOCKER}.image.rootfs.diff.tar.gzip"),
    (f"{_OCI}.layer.v1.tar", f"{_DOCKER}.image.rootfs.diff.tar"),
    (f"{_OCI}.layer.nondistributable.v1.tar+gzip", f"{_DOCKER}.image.rootfs.foreign.diff.tar.gzip"),
)
"""The types of layers that the OCI and the Docker image formats both have."""

CONFIG_TYPES = (f"{_OCI}.config.v1+json", f"{_DOCKER}.container.image.v1+json")


class NewLayer(NamedTuple):
    """A layer made here: its blob is a file, and its digests are known before any of it is sent."""

    file: str
    descriptor: Json
    diff_id: str

    @property
    def digest(self) -> str:
        """The digest of the compressed layer: the name of its blob."""
        return str(self.descriptor["digest"])


AnyLayer = Layer | NewLayer


class NewImage(NamedTuple):
    """An image to write: what its manifest says beside config and layers, the config, and the layers."""

    media_type: str
    manifest: Mapping[str, object]
    config: Json
    layers: tuple[AnyLayer, ...]
    history: tuple[Json, ...]

    def config_content(self) -> bytes:
        """Give the bytes of the config, with the diff IDs of the layers and a history that agrees with them."""
        rootfs = {"type": "layers", "diff_ids": [layer.diff_id for layer in self.layers]}
        return _bytes({**self.config, "rootfs": rootfs, "history": list(self.history)})

    def manifest_content(self) -> bytes:
        """Give the bytes of the manifest."""
        config = self.config_content()
        described = {
            "mediaType": CONFIG_TYPES[self.media_type == DOCKER_MANIFEST],
            "size": len(config),
            "digest": digest_of(config),
        }
        return _bytes({**self.manifest, "config": described, "layers": [layer.descriptor for layer in self.layers]})


def format_of(layers: Sequence[AnyLayer], media_type: str) -> str:
    """Give the format of a manifest for these layers: the one asked for, or OCI where Docker's has no type for one.

    Docker's has none for zstd, say, and who reads such a manifest may refuse the type of the other format in it.
    """
    docker = [kind for kinds in LAYER_TYPES for kind in kinds]
    known = all(layer.descriptor["mediaType"] in docker for layer in layers)
    return media_type if known else OCI_MANIFEST


def in_format(layers: Sequence[AnyLayer], media_type: str) -> tuple[AnyLayer, ...]:
    """Give layers the types that the format of a manifest has for them; a type that only the other has stays."""
    docker = media_type == DOCKER_MANIFEST
    names = {name: types[docker] for types in LAYER_TYPES for name in types}
    kinds = [names.get(layer.descriptor["mediaType"], layer.descriptor["mediaType"]) for layer in layers]
    return tuple(
        layer._replace(descriptor={**layer.descriptor, "mediaType": kind})
        for layer, kind in zip(layers, kinds, strict=True)
    )


def history_of(config: Json, layers: int) -> list[Json]:
    """Give the history of an image; one that does not agree with the number of layers says nothing about any."""
    history: list[Json] = list(config.get("history") or [])
    if sum(not entry.get("empty_layer") for entry in history) != layers:
        return [{"created": CREATED} for _ in range(layers)]
    return history


def history_after(config: Json, layers: int, removed: int) -> list[Json]:
    """Give the history from the first layer that is not among the lowest `removed` ones."""
    history = history_of(config, layers)
    places = [place for place, entry in enumerate(history) if not entry.get("empty_layer")]
    return history[places[removed] :] if removed < len(places) else []


def publish(registry: Registry, tags: Sequence[Reference], image: NewImage, inputs: Inputs) -> None:
    """Write the image to every tag, and then the report. Raises LifecycleError."""
    report, owner = inputs.value("report"), inputs.owner
    files.check_writable(report)
    manifest = image.manifest_content()
    for repository in dict.fromkeys(tag.repository for tag in tags):
        _write_blobs(registry, repository, image)
    for tag in tags:
        registry.write_manifest(tag, image.media_type, manifest)
        console.info(f"{tag}: {digest_of(manifest)}")
    described = {"tags": [str(tag) for tag in tags], "digest": digest_of(manifest), "manifest-size": len(manifest)}
    files.write_toml(report, {"image": described}, owner)


def _write_blobs(registry: Registry, repository: Repository, image: NewImage) -> None:
    for layer in {layer.digest: layer for layer in image.layers}.values():
        if isinstance(layer, NewLayer):
            registry.write_blob(repository, layer.digest, layer.file)
        elif not layer.is_elsewhere:
            registry.copy_blob(layer.source, repository, layer.digest)
    config = image.config_content()
    registry.write_blob(repository, digest_of(config), config)


def _bytes(value: Json) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
