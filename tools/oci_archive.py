"""An OCI image layout in a tar archive: read, put together, written so that the same content gives the same bytes.

Source: image-layout.md of the OCI image specification.
"""

from __future__ import annotations

import json
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fixtures.oci import layout
from fixtures.oci.digests import digest_of
from fixtures.oci.media_types import MediaTypes, canonical
from fixtures.oci.platforms import Platform
from fixtures.oci.tar import add_file

Descriptor = dict[str, Any]

NAME = "org.opencontainers.image.ref.name"


class ArchiveError(Exception):
    """What was read is no archive of the kind, or lacks what was looked for; the message says which."""


class Archive:
    """Blobs by their digests, and what index.json names."""

    def __init__(self) -> None:
        self._blobs: dict[str, bytes] = {}
        self._top: list[Descriptor] = []

    @classmethod
    def read(cls, path: Path) -> Archive:
        """Read an archive. Raises ArchiveError and OSError."""
        archive = cls()
        try:
            with layout.opened(path) as files:
                archive._top = list(files.document("index.json")["manifests"])
                blobs = {name: _content(files, name) for name in files.names() if name.startswith("blobs/")}
        except (tarfile.TarError, KeyError, TypeError, ValueError) as error:
            raise ArchiveError(f"{path} is no OCI archive: {type(error).__name__}: {error}") from error
        archive._blobs = {name.removeprefix("blobs/").replace("/", ":"): blob for name, blob in blobs.items()}
        return archive

    def blob(self, digest: str) -> bytes:
        """Give a blob, checked. Raises ArchiveError."""
        content = self._blobs.get(digest)
        if content is None or digest_of(content) != digest:
            raise ArchiveError(f"the archive has no blob {digest}, or a damaged one")
        return content

    def document(self, digest: str) -> dict[str, Any]:
        """Give a blob that is a JSON object. Raises ArchiveError."""
        try:
            value = json.loads(self.blob(digest))
        except ValueError as error:
            raise ArchiveError(f"{digest} is not JSON: {error}") from error
        if not isinstance(value, dict):
            raise ArchiveError(f"{digest} is not a JSON object")
        return value

    def image_for(self, platform: Platform) -> tuple[dict[str, Any], dict[str, Any]]:
        """Give manifest and config of the image for a platform, through indexes. Raises ArchiveError."""
        entries = self._top
        while True:
            stated = [(entry, _platform(entry)) for entry in entries]
            fitting = [entry for entry, offered in stated if offered is not None and platform.accepts(offered)]
            # The one entry of an archive need not say what it is for: its config does.
            alone = entries if len(entries) == 1 and stated[0][1] is None else []
            if not fitting and not alone:
                raise ArchiveError(f"the archive has no image for {platform}")
            document = self.document([*fitting, *alone][0]["digest"])
            if "manifests" not in document:
                break
            entries = document["manifests"]
        config = self.document(document["config"]["digest"])
        if config.get("architecture") != platform.architecture:
            raise ArchiveError(f"the archive's image is for {config.get('architecture')}, not for {platform}")
        return document, config

    def add(self, content: bytes, media_type: str) -> Descriptor:
        """Put a blob into the archive and give its descriptor."""
        digest = digest_of(content)
        self._blobs[digest] = content
        return {"mediaType": media_type, "digest": digest, "size": len(content)}

    def add_image(self, config: dict[str, Any], layers: Sequence[Descriptor], platform: Platform) -> Descriptor:
        """Put an image of layers that are there into the archive, and give the entry that an index has for it."""
        manifest = {
            "schemaVersion": 2,
            "mediaType": MediaTypes.OCI.manifest,
            "config": self.add(canonical(config), MediaTypes.OCI.config),
            "layers": list(layers),
        }
        values = {"os": platform.os, "architecture": platform.architecture, "variant": platform.variant}
        entry = self.add(canonical(manifest), MediaTypes.OCI.manifest)
        return {**entry, "platform": {key: value for key, value in values.items() if value}}

    def add_index(self, entries: Sequence[Descriptor]) -> Descriptor:
        """Put an image index into the archive and give its descriptor."""
        return self.add(
            canonical({"schemaVersion": 2, "mediaType": MediaTypes.OCI.index, "manifests": list(entries)}),
            MediaTypes.OCI.index,
        )

    def write(self, path: Path, top: Descriptor, name: str) -> None:
        """Write the archive, with one image or index in index.json, by a name."""
        top = {**top, "annotations": {NAME: name}}
        files = {
            "oci-layout": canonical({"imageLayoutVersion": "1.0.0"}),
            "index.json": canonical({"schemaVersion": 2, "mediaType": MediaTypes.OCI.index, "manifests": [top]}),
            **{f"blobs/{digest.replace(':', '/')}": content for digest, content in sorted(self._blobs.items())},
        }
        with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as tar:
            for file, content in files.items():
                add_file(tar, file, content)


def _content(files: layout.LayoutFiles, name: str) -> bytes:
    with files.open(name) as stream:
        return stream.read()


def _platform(entry: Descriptor) -> Platform | None:
    text = entry.get("platform")
    if not isinstance(text, dict):
        return None
    return Platform.stated_by(text)
