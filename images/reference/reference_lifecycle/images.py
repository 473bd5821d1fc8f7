"""An image as read: a manifest and its config, checked against each other before any phase relies on them.

Source: the OCI image specification, manifest.md, image-index.md and config.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from .errors import MalformedImageError
from .platforms import Platform
from .references import Repository, is_digest
from .registry import DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST, Document

Json = dict[str, Any]

INDEXES = (OCI_INDEX, DOCKER_LIST)
MANIFESTS = (OCI_MANIFEST, DOCKER_MANIFEST)


class Descriptor(NamedTuple):
    """One entry of an index: what it points to, and the platform it says that is for, if it says so."""

    media_type: str
    digest: str
    platform: Platform | None


class Layer(NamedTuple):
    """One layer of an image: its descriptor in the manifest, its diff ID, and where its blob can be had."""

    descriptor: Json
    diff_id: str
    source: Repository

    @property
    def digest(self) -> str:
        """The digest of the compressed layer: the name of its blob."""
        return str(self.descriptor["digest"])

    @property
    def is_elsewhere(self) -> bool:
        """Whether the blob need not be in the registry, because the descriptor says where else it is."""
        kind = str(self.descriptor.get("mediaType", ""))
        return bool(self.descriptor.get("urls")) and ("nondistributable" in kind or "foreign" in kind)


class Image(NamedTuple):
    """A single image: manifest and config agree on the layers, and every field used is of its type."""

    repository: Repository
    digest: str
    media_type: str
    manifest: Json
    config: Json
    layers: tuple[Layer, ...]

    @property
    def reference(self) -> str:
        """The digest reference that uniquely identifies the image."""
        return f"{self.repository}@{self.digest}"

    @property
    def platform(self) -> Platform:
        """What the image runs on, as its config says."""
        config = self.config
        return Platform(config["os"], config["architecture"], config.get("variant", ""), config.get("os.version", ""))

    @property
    def diff_ids(self) -> tuple[str, ...]:
        """The diff IDs of the layers, the lowest layer first."""
        return tuple(layer.diff_id for layer in self.layers)

    @property
    def labels(self) -> Mapping[str, str]:
        """The labels of the config."""
        return self.run_config.get("Labels") or {}

    @property
    def environment(self) -> Mapping[str, str]:
        """The environment of the config."""
        entries = (entry.partition("=") for entry in self.run_config.get("Env") or [])
        return {name: value for name, _, value in entries}

    @property
    def run_config(self) -> Json:
        """The part of the config that says how to run the image."""
        return self.config.get("config") or {}


def is_index(document: Document) -> bool:
    """Whether a document is an index rather than an image. Raises MalformedImageError if it is neither."""
    stated = _parsed(document).get("mediaType", document.media_type)
    if stated not in (*INDEXES, *MANIFESTS):
        raise MalformedImageError(f"{_name(document)} is neither an image nor an index: its type is {stated!r}")
    return stated in INDEXES


def entries(document: Document) -> list[Descriptor]:
    """Give the entries of an index that may be an image; attestations and unknown types are left out.

    Raises MalformedImageError.
    """
    listed = _parsed(document).get("manifests")
    if not isinstance(listed, list):
        raise MalformedImageError(f"{_name(document)} is an index without manifests")
    return [_descriptor(entry) for entry in listed if isinstance(entry, dict) and _may_be_image(entry)]


def _may_be_image(entry: Json) -> bool:
    annotations = entry.get("annotations")
    attests = isinstance(annotations, dict) and "vnd.docker.reference.type" in annotations
    known = entry.get("mediaType") in (*INDEXES, *MANIFESTS)
    return known and is_digest(entry.get("digest")) and not entry.get("artifactType") and not attests


def _descriptor(entry: Json) -> Descriptor:
    return Descriptor(entry["mediaType"], entry["digest"], _stated_platform(entry.get("platform")))


def _stated_platform(value: object) -> Platform | None:
    if not isinstance(value, dict):
        return None
    fields = [value.get(key) or "" for key in ("os", "architecture", "variant", "os.version")]
    if not all(isinstance(field, str) for field in fields) or fields[:2] == ["unknown", "unknown"]:
        return None
    return Platform(*fields)


def config_digest(document: Document) -> str:
    """Give the digest of the config that a manifest names. Raises MalformedImageError."""
    config = _parsed(document).get("config")
    digest = config.get("digest") if isinstance(config, dict) else None
    if not is_digest(digest):
        raise MalformedImageError(f"the manifest of {_name(document)} does not name a config")
    return str(digest)


def build(document: Document, config_content: bytes) -> Image:
    """Put a manifest and its config together. Raises MalformedImageError where they are not an image."""
    manifest, name = _parsed(document), _name(document)
    config = _parse(config_content, f"the config of {name}")
    _check_config(config, f"the config of {name}")
    descriptors = _layer_descriptors(manifest, name)
    diff_ids = config["rootfs"]["diff_ids"]
    if len(descriptors) != len(diff_ids):
        raise MalformedImageError(f"{name} has {len(descriptors)} layers and {len(diff_ids)} diff IDs")
    layers = tuple(
        Layer(descriptor, diff_id, document.repository)
        for descriptor, diff_id in zip(descriptors, diff_ids, strict=True)
    )
    media_type = str(manifest.get("mediaType", document.media_type))
    return Image(document.repository, document.digest, media_type, manifest, config, layers)


def _layer_descriptors(manifest: Json, name: str) -> list[Json]:
    layers = manifest.get("layers")
    if not isinstance(layers, list):
        raise MalformedImageError(f"the manifest of {name} has no layers")
    for layer in layers:
        whole = isinstance(layer, dict) and is_digest(layer.get("digest")) and isinstance(layer.get("mediaType"), str)
        size = layer.get("size") if whole else None
        if not isinstance(size, int) or isinstance(size, bool) or size < 0:
            raise MalformedImageError(f"the manifest of {name} has a layer without digest, size or media type")
    return layers


def _check_config(config: Json, name: str) -> None:
    """Make sure that what the phases read has the type that config.md gives it; null is as good as missing."""
    for key in ("os", "architecture", "variant", "os.version"):
        if config.get(key) is None:
            config.pop(key, None)
        if not isinstance(config.get(key, ""), str):
            raise MalformedImageError(f"{name}: {key} must be a string")
    if not config.get("os") or not config.get("architecture"):
        raise MalformedImageError(f"{name} does not say which os and architecture the image is for")
    rootfs = config.get("rootfs")
    diff_ids = rootfs.get("diff_ids") if isinstance(rootfs, dict) else None
    if not isinstance(diff_ids, list) or not all(is_digest(diff_id) for diff_id in diff_ids):
        raise MalformedImageError(f"{name} has no list of diff IDs")
    run_config = config.get("config") or {}
    if not isinstance(run_config, dict):
        raise MalformedImageError(f"{name}: config must be an object")
    labels, environment = run_config.get("Labels") or {}, run_config.get("Env") or []
    if not isinstance(labels, dict) or not all(isinstance(value, str) for value in labels.values()):
        raise MalformedImageError(f"{name}: Labels must map strings to strings")
    if not isinstance(environment, list) or not all(isinstance(entry, str) for entry in environment):
        raise MalformedImageError(f"{name}: Env must be a list of strings")
    history = config.get("history") or []
    if not isinstance(history, list) or not all(isinstance(entry, dict) for entry in history):
        raise MalformedImageError(f"{name}: history must be a list of objects")


def _parsed(document: Document) -> Json:
    return _parse(document.content, _name(document))


def _parse(content: bytes, name: str) -> Json:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise MalformedImageError(f"{name} is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise MalformedImageError(f"{name} is not a JSON object")
    return value


def _name(document: Document) -> str:
    return f"{document.repository}@{document.digest}"
