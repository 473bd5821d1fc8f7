"""Images and indexes small enough to read: what the registry's tests push."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import requests

from fixtures.oci.digests import digest_of
from fixtures.oci.media_types import MediaTypes


@dataclass(frozen=True)
class Document:
    """A manifest or index."""

    body: bytes
    media_type: str

    @property
    def digest(self) -> str:
        """The digest of the body."""
        return digest_of(self.body)


@dataclass(frozen=True)
class Artifact:
    """What `Client.push` takes."""

    blobs: Mapping[str, bytes] = field(default_factory=dict)
    manifests: tuple[Document, ...] = ()

    @property
    def root(self) -> Document:
        """The manifest or index itself."""
        return self.manifests[-1]


def image(name: str, media_type: str = MediaTypes.OCI.manifest, config: bytes = b"{}") -> Artifact:
    """An image with one layer that says its name."""
    layer = f"layer of {name}".encode()
    document = {
        "schemaVersion": 2,
        "mediaType": media_type,
        "config": _descriptor("application/vnd.oci.image.config.v1+json", config),
        "layers": [_descriptor("application/vnd.oci.image.layer.v1.tar", layer)],
    }
    manifest = Document(json.dumps(document, indent=1).encode(), media_type)
    return Artifact({digest_of(config): config, digest_of(layer): layer}, (manifest,))


def index(*children: Artifact, media_type: str = MediaTypes.OCI.index) -> Artifact:
    """An index of images, all for linux/arm64."""
    entries = [
        {**_descriptor(child.root.media_type, child.root.body), "platform": {"os": "linux", "architecture": "arm64"}}
        for child in children
    ]
    document = {"schemaVersion": 2, "mediaType": media_type, "manifests": entries}
    blobs = {digest: body for child in children for digest, body in child.blobs.items()}
    manifests = [manifest for child in children for manifest in child.manifests]
    return Artifact(blobs, (*manifests, Document(json.dumps(document).encode(), media_type)))


def repositories_of(address: str) -> list[str]:
    """The names of a registry's repositories, sorted; none where it has no catalog."""
    answer = requests.get(f"http://{address}/v2/_catalog?n=1000", timeout=10)
    return sorted(answer.json()["repositories"]) if answer.ok else []


def _descriptor(media_type: str, body: bytes) -> dict[str, object]:
    return {"mediaType": media_type, "digest": digest_of(body), "size": len(body)}
