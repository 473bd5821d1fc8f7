"""What the registry's tests share: the stores of this machine, and images small enough to read."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest

from fixtures.registry.client import Client
from fixtures.registry.gateway import Gateway
from fixtures.registry.oci import OCI_INDEX, OCI_MANIFEST, digest_of
from fixtures.registry.providers import KINDS
from fixtures.registry.store import RegistryUnavailable, Store


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


def image(name: str, media_type: str = OCI_MANIFEST, config: bytes = b"{}") -> Artifact:
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


def index(*children: Artifact, media_type: str = OCI_INDEX) -> Artifact:
    """An index of images, all for linux/arm64."""
    entries = [
        {**_descriptor(child.root.media_type, child.root.body), "platform": {"os": "linux", "architecture": "arm64"}}
        for child in children
    ]
    document = {"schemaVersion": 2, "mediaType": media_type, "manifests": entries}
    blobs = {digest: body for child in children for digest, body in child.blobs.items()}
    manifests = [manifest for child in children for manifest in child.manifests]
    return Artifact(blobs, (*manifests, Document(json.dumps(document).encode(), media_type)))


def _descriptor(media_type: str, body: bytes) -> dict[str, object]:
    return {"mediaType": media_type, "digest": digest_of(body), "size": len(body)}


@pytest.fixture(scope="session", params=tuple(KINDS))
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """Each store that this machine can give, in turn."""
    store = KINDS[request.param]()
    try:
        store.start()
    except RegistryUnavailable as reason:
        pytest.skip(str(reason))
    yield store
    store.stop()


@pytest.fixture
def client(store: Store) -> Iterator[Client]:
    """A client of the store that has pushed nothing yet."""
    with Client(store.address) as client:
        yield client


@pytest.fixture
def gateway(store: Store) -> Iterator[Gateway]:
    """A gateway before the store."""
    with Gateway(store.address) as gateway:
        yield gateway


@pytest.fixture
def here(request: pytest.FixtureRequest) -> str:
    """A repository name that only this test uses."""
    name = request.node.name.lower()
    return "t-" + "".join(letter if letter.isalnum() else "-" for letter in name).strip("-").replace("--", "-")


@pytest.fixture
def no_threads_left() -> Iterator[None]:
    """The test ends with the threads it began with."""
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before
