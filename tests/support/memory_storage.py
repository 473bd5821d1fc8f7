"""A storage in the memory of this process: what a new member of the table takes, and no more."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from fixtures.errors import Damaged, Missing, NotOurs
from fixtures.oci.documents import Unreadable, json_of
from fixtures.oci.image_documents import config_of, manifest_of
from fixtures.oci.images import Artifact, Blob, IndexSpec
from fixtures.oci.media_types import INDEX_TYPES
from fixtures.storage.base import Call, Feature, Identity, Observation, Observed, Placed, Ref, Write
from fixtures.storage.only_image import only_image
from fixtures.storage.stored_image import StoredImage

_SCHEME = "memory:"


class MemoryStorage:
    """Images by name and tag, `memory:NAME#TAG`, or by name and digest. It can't fail, and sees writes only."""

    name: ClassVar = "memory"
    features: ClassVar = frozenset({Feature.INDEX, Feature.DIGEST_NAME, Feature.DANGLING})
    faults = None
    alias = None

    def __init__(self) -> None:
        self._tags: dict[Ref, str] = {}
        self._manifests: dict[str, Blob] = {}
        self._blobs: dict[str, bytes] = {}
        self._writes: list[Write] | None = None
        self._shared: dict[str, Placed] = {}
        self._numbers = itertools.count()

    def place(self, artifact: Artifact, name: str, tag: str = "latest") -> Placed:
        """Keep an image or index."""
        ref, digest = self._ref(name, tag), artifact.root.digest
        self._keep(artifact)
        self._tags[ref] = digest
        return Placed(ref, artifact, Identity(manifest=digest), self._ref(name, digest), f"{ref.place}#")

    def share(self, artifact: Artifact, name: str) -> Placed:
        """Keep it under a name of its own."""
        key = f"{name} {artifact.root.digest}"
        if key not in self._shared:
            self._shared[key] = self.place(artifact, f"shared{next(self._numbers)}/{name}")
        return self._shared[key]

    def lend(self, index: IndexSpec, name: str) -> Placed:
        """Keep it: nothing is cheaper."""
        return self.place(index, name)

    def unused(self, name: str, tag: str = "latest") -> Ref:
        """Name what is not there."""
        return self._ref(name, tag)

    def remove(self, ref: Ref) -> None:
        """Forget a tag and what it leads to."""
        if digest := self._digest(ref):
            del self._manifests[digest]
        self._tags.pop(ref, None)

    def head(self, ref: Ref) -> Identity | None:
        """Say what is there."""
        digest = self._digest(ref)
        return Identity(manifest=digest) if digest else None

    def read(self, ref: Ref) -> StoredImage:
        """Read an image."""
        if not (tagged := self._digest(ref)):
            raise Missing(f"nothing is at {ref}")
        root = self._manifests[tagged]
        try:
            if root.media_type in INDEX_TYPES:
                root = self._manifests[only_image(json_of(root.body), str(ref))["digest"]]
            manifest = manifest_of(root.body)
            config = config_of(self._blobs[manifest["config"]["digest"]])
        except (Unreadable, KeyError) as error:
            raise Damaged(str(ref), "an image", str(error)) from error
        sizes = {tagged: len(self._manifests[tagged].body), root.digest: len(root.body)}
        return StoredImage(
            str(ref),
            root.digest,
            root.media_type,
            manifest,
            config,
            self._blobs.__getitem__,
            tagged,
            sizes=sizes,
        )

    def locate(self, recorded: str) -> Ref:
        """Give the place of what was written down."""
        place, _, leads_by = recorded.partition("#")
        if not place.startswith(_SCHEME):
            raise NotOurs(f"{recorded!r} is not in memory")
        return Ref(f"{place}#{leads_by or 'latest'}", place)

    def call(self, phase: str, api: str, *, by_alias: bool = False) -> Call:  # noqa: ARG002 - the same for all
        """Say where memory is."""
        return Call(environment={"MEMORY": _SCHEME})

    @contextmanager
    def observe(self) -> Iterator[Observed]:
        """Note what `write` is called with in the block."""
        observed, self._writes = Observed(), []
        yield observed
        observed.observation = Observation(tuple(self._writes))
        touched = {write.ref.place for write in self._writes}
        self._shared = {key: each for key, each in self._shared.items() if each.ref.place not in touched}
        self._writes = None

    def write(self, ref: Ref, artifact: Artifact) -> None:
        """Keep an image as a phase does."""
        assert self._writes is not None
        self._keep(artifact)
        self._tags[ref] = artifact.root.digest
        identity = Identity(manifest=artifact.root.digest)
        self._writes.append(Write(ref, ref.text.rpartition("#")[2], identity, "image", f"wrote {ref}"))

    def renew(self, name: str) -> None:
        """Do nothing: what was lent may stay."""

    def forget(self, name: str) -> None:
        """Let go of the tags below a name."""
        self._tags = {ref: digest for ref, digest in self._tags.items() if not ref.text.startswith(f"{_SCHEME}{name}/")}

    def _ref(self, name: str, leads_by: str) -> Ref:
        return Ref(f"{_SCHEME}{name}#{leads_by}", f"{_SCHEME}{name}")

    def _digest(self, ref: Ref) -> str:
        found = self.locate(ref.text)
        leads_by = found.text.rpartition("#")[2]
        digest = leads_by if ":" in leads_by else self._tags.get(found, "")
        return digest if digest in self._manifests else ""

    def _keep(self, artifact: Artifact) -> None:
        self._blobs |= artifact.blobs
        self._manifests |= {blob.digest: blob for blob in artifact.manifests}
