"""Images as they are read: what platform they are for, and which one of an index serves a platform."""

from __future__ import annotations

import contextlib
import io
import platform as machine
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .distribution import INDEXES, MANIFESTS, Name, Registries, Stored
from .notation import Refused, Unreadable, parsed, rows, table, text, texts

METADATA = "io.buildpacks.lifecycle.metadata"
DISTRO = "io.buildpacks.base.distro"
UNSTATED = {"arm64": "v8", "arm": "v7", "amd64": "v1"}
"""What an architecture means that comes without a variant (image-index.md, "Platform Variants")."""

MACHINES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm/v7", "armv6l": "arm/v6", "i686": "386"}
DEPTH = 5


@dataclass(frozen=True)
class Platform:
    """What a program is made for."""

    os: str
    architecture: str
    variant: str = ""
    version: str = ""

    @classmethod
    def of(cls, document: Any) -> Platform:
        """Give the platform that a config or the descriptor of an index states."""
        return cls(*(text(document, key) for key in ("os", "architecture", "variant", "os.version")))

    def serves(self, wanted: Platform) -> bool:
        """Whether what is made for this platform runs on the wanted one."""
        if (self.os, self.architecture) != (wanted.os, wanted.architecture):
            return False
        if self.version and wanted.version and self.version != wanted.version:
            return False
        return not self.variant or not wanted.variant or self.meant == wanted.meant

    @property
    def meant(self) -> str:
        """The variant, or what it means not to state it."""
        return self.variant or UNSTATED.get(self.architecture, "")

    def __str__(self) -> str:
        return "/".join(filter(None, (self.os, self.architecture, self.variant))) or "no platform at all"


@dataclass(frozen=True)
class Image:
    """A manifest with its config."""

    name: Name
    media_type: str
    digest: str
    manifest: dict[str, Any]
    config: dict[str, Any]

    @property
    def platform(self) -> Platform:
        """What the config says that it is for."""
        return Platform.of(self.config)

    @property
    def labels(self) -> dict[str, str]:
        """The labels."""
        found = table(table(self.config, "config"), "Labels")
        return {key: value for key, value in found.items() if isinstance(value, str)}

    @property
    def metadata(self) -> dict[str, Any]:
        """What the label of an earlier build or rebase says; an empty table where it says nothing."""
        found = parsed(self.labels.get(METADATA, ""))
        return found if isinstance(found, dict) else {}

    @property
    def layers(self) -> list[tuple[dict[str, Any], str]]:
        """Each layer's descriptor with its diff ID. Raises Unreadable where they don't pair."""
        described = [entry for entry in rows(self.manifest, "layers") if text(entry, "digest")]
        diff_ids = texts(table(self.config, "rootfs"), "diff_ids")
        if len(described) != len(diff_ids) or not described:
            raise Unreadable(f"{self.name} has {len(described)} layers and {len(diff_ids)} diff IDs")
        return list(zip(described, diff_ids, strict=True))

    @property
    def pinned(self) -> Name:
        """Its reference by digest."""
        return self.name.at(self.digest)

    @property
    def config_digest(self) -> str:
        """The digest of its config, which is its image ID."""
        return text(table(self.manifest, "config"), "digest")


def own_platform() -> Platform:
    """Give the platform that this program runs as."""
    name = MACHINES.get(machine.machine(), machine.machine())
    return Platform("linux", *name.split("/"))


def opened(stored: Stored, registries: Registries) -> Image:
    """Read the image that a manifest describes. Raises Refused."""
    manifest = parsed(stored.body)
    digest = text(table(manifest, "config"), "digest")
    if not digest:
        raise Unreadable(f"{stored.name} is no image")
    config = parsed(registries.blob(stored.name, digest))
    if not isinstance(config, dict):
        raise Unreadable(f"the config of {stored.name} is no JSON object")
    return Image(stored.name, stored.media_type, stored.digest, manifest, config)


def serving(stored: Stored, wanted: Platform, registries: Registries, depth: int = DEPTH) -> Image | None:
    """Give what serves a platform: the image itself, or one of the index; None where there is no such thing.

    Raises Refused where that can't be found out.
    """
    if stored.media_type not in INDEXES:
        image = opened(stored, registries)
        return image if image.platform.serves(wanted) else None
    if depth == 0:
        raise Unreadable(f"{stored.name} is an index in an index in an index without end")
    every = registries.ways["children"] == "every"
    if every:
        _look_at_all(stored, registries)
    for digest in _candidates(parsed(stored.body), wanted):
        with contextlib.suppress(*([Unreadable] if every else [])):
            found = serving(_entry(stored, digest, registries), wanted, registries, depth - 1)
            if found is not None:
                return found
    return None


def _entry(index: Stored, digest: str, registries: Registries) -> Stored:
    child = registries.manifest(index.name.at(digest))
    if child is None:
        raise Unreadable(f"{index.name} names {digest}, which is not there")
    return child


def _look_at_all(stored: Stored, registries: Registries) -> None:
    """Read every entry of an index, whatever comes of it."""
    for entry in rows(parsed(stored.body), "manifests"):
        with contextlib.suppress(Refused):
            child = registries.manifest(stored.name.at(text(entry, "digest"))) if text(entry, "digest") else None
            if child is not None and child.media_type in MANIFESTS:
                opened(child, registries)


def _candidates(index: Any, wanted: Platform) -> Iterator[str]:
    """Give the digests of the entries that may serve: the very variant first, those that state nothing last."""
    ranked: list[tuple[int, str]] = []
    for entry in rows(index, "manifests"):
        digest, stated = text(entry, "digest"), Platform.of(table(entry, "platform"))
        if text(entry, "mediaType") not in (*MANIFESTS, *INDEXES) or text(entry, "artifactType") or not digest:
            continue
        if not stated.os and not stated.architecture:
            ranked.append((2, digest))
        elif stated.serves(wanted):
            ranked.append((0 if stated.meant == wanted.meant else 1, digest))
    for _, digest in sorted(ranked, key=lambda candidate: candidate[0]):
        yield digest


def distribution(image: Image, registries: Registries, way: str) -> tuple[str, str]:
    """Give name and version of the distribution that an image is of, empty where nothing says them.

    Source: platform.md 0.12, "analyzed.toml": what the labels leave out is inferred from /etc/os-release, which may be
    that of the image or that of the place where this runs.
    """
    name, version = (image.labels.get(f"{DISTRO}.{part}", "") for part in ("name", "version"))
    if way == "unsaid" or image.platform.os != "linux" or (name and version):
        return name, version
    told = here() if way == "of-the-place" else inside(image, registries)
    return name or told.get("ID", ""), version or told.get("VERSION_ID", "")


def here() -> dict[str, str]:
    """Give what os-release says where this program runs."""
    for path in ("/etc/os-release", "/usr/lib/os-release"):
        try:
            return _pairs(Path(path).read_text(encoding="utf-8"))
        except OSError:
            continue
    return {}


def inside(image: Image, registries: Registries) -> dict[str, str]:
    """Give what os-release says in an image. Raises Refused."""
    for entry, _ in reversed(image.layers):
        told = _os_release(registries.blob(image.name, text(entry, "digest")))
        if told:
            return told
    return {}


def _os_release(layer: bytes) -> dict[str, str]:
    try:
        with tarfile.open(fileobj=io.BytesIO(layer)) as archive:
            for member in archive:
                if member.isfile() and member.name.lstrip("./") in ("etc/os-release", "usr/lib/os-release"):
                    file = archive.extractfile(member)
                    return _pairs(file.read().decode(errors="replace")) if file else {}
    except (OSError, EOFError, tarfile.TarError) as error:
        raise Refused(f"a layer can't be read: {error}") from None
    return {}


def _pairs(content: str) -> dict[str, str]:
    pairs = (line.partition("=") for line in content.splitlines() if "=" in line)
    return {key: value.strip("\"'") for key, _, value in pairs}
