"""Whether a document is what the specifications make of one: optional fields of their types, nothing in contradiction.

A phase has to make use of what is sound. What is not sound, it may refuse to read, or read as it likes. Sources: OCI
image specification 1.1, image-index.md, descriptor.md, manifest.md, config.md; considerations.md, "Extensibility": what
is not known is to be passed over.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from enum import IntEnum
from functools import lru_cache
from typing import Any

from fixtures.oci.dates import instant
from fixtures.oci.images import Artifact, Blob, Entry, ImageSpec, IndexSpec
from fixtures.oci.media_types import MediaTypes

Holds = Callable[[Any], bool]


class Soundness(IntEnum):
    """How sound a document is."""

    BROKEN = 0
    """A field is of another type than its own: a reader with types can't read any of it."""
    OPEN = 1
    """It can be read, but something in it may be meant otherwise than it would be without."""
    SOUND = 2


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_text, value))


def _annotations(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_text, value.values()))


def _table(value: Any) -> bool:
    return isinstance(value, dict)


def _descriptor(value: Any) -> bool:
    return _table(value) and _text(value.get("mediaType")) and isinstance(value.get("size"), int)


_DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")

_INDEX: Mapping[str, Holds] = {
    "schemaVersion": lambda value: value == 2 and isinstance(value, int),
    "mediaType": _text,
    "annotations": _annotations,
    "subject": _descriptor,
    "artifactType": _text,
}
_ENTRY: Mapping[str, Holds] = {
    "mediaType": _text,
    "digest": lambda value: _text(value) and bool(_DIGEST.fullmatch(value)),
    "size": lambda value: isinstance(value, int),
    "annotations": _annotations,
    "urls": _texts,
    "data": _text,
    "artifactType": _text,
    "platform": _table,
}
_PLATFORM: Mapping[str, Holds] = {
    **dict.fromkeys(("os", "architecture", "variant", "os.version"), _text),
    **dict.fromkeys(("os.features", "features"), _texts),
}
_CONFIG: Mapping[str, Holds] = {
    **dict.fromkeys(("author", "docker_version", "container", "id", "parent", "comment"), _text),
    "created": lambda value: instant(value) is not None,
    "os.features": _texts,
    "container_config": _table,
    "history": lambda value: isinstance(value, list) and all(map(_table, value)),
}
_PROCESS: Mapping[str, Holds] = {
    **dict.fromkeys(("ExposedPorts", "Volumes"), _table),
    **dict.fromkeys(("User", "WorkingDir", "StopSignal"), _text),
    **dict.fromkeys(("Cmd", "Entrypoint", "Env"), _texts),
}


def soundness_of_index(index: IndexSpec) -> Soundness:
    """Judge what an index states of itself, and whether each of its entries can be read at all."""
    document = {"schemaVersion": 2, "mediaType": index.media_types.index, **dict(index.fields)}
    is_another = document["mediaType"] not in (None, index.media_types.index) or document["schemaVersion"] is None
    if is_another or not _are_of_their_types(document, _INDEX) or any(map(_is_broken, index.entries)):
        return Soundness.BROKEN
    more_than_docker = index.media_types is MediaTypes.DOCKER and bool(index.fields)
    return Soundness.OPEN if document.get("artifactType") or more_than_docker else Soundness.SOUND


def is_sound_entry(entry: Entry) -> bool:
    """Whether an entry says nothing that could be meant to keep a reader from its child, or to give it another."""
    described = entry.descriptor()
    platform = described.get("platform") or {}
    if _is_broken(entry) or any(key in described and described[key] is None for key in _ENTRY):
        return False
    if any(platform.get(key) for key in ("os.features", "features")):
        return False
    is_it = (described["digest"], described["size"]) == (entry.child.root.digest, len(entry.child.root.body))
    return is_it and _is_embedded(described, entry.child.root)


def is_sound_image(image: ImageSpec) -> bool:
    """Whether manifest and config of an image state nothing that could be meant otherwise, or can't be read."""
    more_than_docker = image.media_types is MediaTypes.DOCKER and bool(image.manifest_fields)
    return (
        not more_than_docker
        and _is_sound_manifest(image.root.body)
        and _is_sound_config(image.config_blob.body, len(image.layers))
    )


def can_be_read(offered: Artifact) -> bool:
    """Whether every index of this, those inside it too, has all fields of their types."""
    if not isinstance(offered, IndexSpec):
        return True
    inner = (entry.child for entry in offered.entries)
    return soundness_of_index(offered) is not Soundness.BROKEN and all(map(can_be_read, inner))


def _is_broken(entry: Entry) -> bool:
    described = entry.descriptor()
    readable = _are_of_their_types(described, _ENTRY)
    return not readable or not _are_of_their_types(described.get("platform") or {}, _PLATFORM)


def _are_of_their_types(document: Mapping[str, Any], types: Mapping[str, Holds]) -> bool:
    return all(document.get(key) is None or holds(document[key]) for key, holds in types.items())


def _is_embedded(described: Mapping[str, Any], content: Blob) -> bool:
    """Whether `data`, where it is there, is the content (descriptor.md: "MUST match")."""
    if "data" not in described:
        return True
    try:
        return base64.b64decode(described["data"], validate=True) == content.body
    except (binascii.Error, ValueError):
        return False


@lru_cache(maxsize=4096)
def _is_sound_manifest(body: bytes) -> bool:
    return "artifactType" not in json.loads(body)


@lru_cache(maxsize=4096)
def _is_sound_config(body: bytes, layers: int) -> bool:
    """Judge a config; null is what Docker writes for what it leaves out. os and architecture are required."""
    try:
        config = json.loads(body)
    except ValueError:
        return False
    if not isinstance(config, dict) or not _table(process := config.get("config") or {}):
        return False
    if not (config.get("os") and config.get("architecture")):
        return False
    if not _are_of_their_types(config, _CONFIG) or not _are_of_their_types(process, _PROCESS):
        return False
    steps = [entry for entry in config.get("history") or [] if not entry.get("empty_layer")]
    return not config.get("os.features") and len(steps) in (0, layers) and config.get("variant") != ""
