"""Images as they are made: new layers, the manifest in a family of media types, and the way into a registry."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .call import Call
from .distribution import DOCKER, INDEXES, MANIFESTS, OCI, Name, Registries, sha256
from .images import Image
from .notation import Refused, Unreadable, as_json, text, texts, write_toml

MADE = {"1970": "1970-01-01T00:00:00Z", "1980": "1980-01-01T00:00:01Z"}
"""When an image was made: never, as far as anybody is told, so that the same app is the same image."""

ANNOTATIONS = {"org.opencontainers.image.title": "of the second lifecycle", "org.example.second": "yes"}
DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar"
OCI_LAYER = f"{OCI}layer.v1.tar"


@dataclass(frozen=True)
class Layer:
    """A layer, new (with its content) or another image's (with the place where it is)."""

    digest: str
    size: int
    diff_id: str
    compressed: bool
    content: bytes | None = None
    origin: Name | None = None
    kept_type: str = ""
    elsewhere: tuple[str, ...] = ()

    @classmethod
    def of(cls, image: Image) -> list[Layer]:
        """Give the layers of an image."""
        layers = []
        for entry, diff_id in image.layers:
            size, kind = entry.get("size"), text(entry, "mediaType")
            if not isinstance(size, int):
                raise Unreadable(f"{image.name} does not say how large a layer is")
            known = kind.startswith((DOCKER_LAYER, OCI_LAYER)) and kind.endswith((".tar", "gzip"))
            layers.append(
                cls(
                    digest=text(entry, "digest"),
                    size=size,
                    diff_id=diff_id,
                    compressed=kind.endswith("gzip"),
                    origin=image.name,
                    kept_type="" if known else kind,
                    elsewhere=tuple(texts(entry, "urls")) if "foreign" in kind or "nondistributable" in kind else (),
                )
            )
        return layers

    def descriptor(self, oci: bool, annotated: bool) -> dict[str, Any]:
        """Describe the layer in a family of media types; a type that only one family has stays."""
        plain, zipped = (OCI_LAYER, "+gzip") if oci else (DOCKER_LAYER, ".gzip")
        kind = self.kept_type or (plain + zipped if self.compressed else plain)
        urls = {"urls": list(self.elsewhere)} if self.elsewhere else {}
        about = {"annotations": ANNOTATIONS} if annotated and oci and self.content is not None else {}
        return {"mediaType": kind, "digest": self.digest, "size": self.size, **urls, **about}


class Packer:
    """Makes layers: every file of the build belongs to the user that is named, and is as old as time."""

    def __init__(self, ways: Mapping[str, str], owner: tuple[int, int] = (0, 0)) -> None:
        self._owner = owner
        self._level = {"hard": 9, "lightly": 1, "not": 0, "in-members": 5}[ways["compress"]]
        self._members = 3 if ways["compress"] == "in-members" else 1
        self._form = {"pax": tarfile.PAX_FORMAT, "gnu": tarfile.GNU_FORMAT, "ustar": tarfile.USTAR_FORMAT}[ways["tar"]]
        self._tells_parents = ways["parents"] == "told"

    def layer(self, fill: Callable[[tarfile.TarFile], None]) -> Layer:
        """Make a layer of what `fill` adds."""
        try:
            raw = _archived(fill, self._form)
        except ValueError:
            # A name that is too long for ustar.
            raw = _archived(fill, tarfile.PAX_FORMAT)
        size = -(-len(raw) // self._members)
        parts = [raw[start : start + size] for start in range(0, len(raw), size)]
        content = b"".join(gzip.compress(part, self._level, mtime=0) for part in parts) if self._level else raw
        return Layer(sha256(content), len(content), sha256(raw), bool(self._level), content)

    def files(self, content: Mapping[str, bytes | str], executable: bool = False) -> Layer:
        """Make a layer of files; a text in place of bytes is what a symbolic link points to."""

        def fill(archive: tarfile.TarFile) -> None:
            self._tell_parents(archive, content)
            for path, what in sorted(content.items()):
                entry = _entry(path, 0o755 if executable else 0o644)
                if isinstance(what, str):
                    entry.type, entry.linkname = tarfile.SYMTYPE, what
                    archive.addfile(entry)
                else:
                    entry.size = len(what)
                    archive.addfile(entry, io.BytesIO(what))

        return self.layer(fill)

    def tree(self, *places: str) -> Layer:
        """Make a layer of directories and files, under the paths at which they are."""

        def fill(archive: tarfile.TarFile) -> None:
            self._tell_parents(archive, places)
            for place in places:
                archive.add(place, filter=self._given)

        try:
            return self.layer(fill)
        except (OSError, ValueError) as error:
            raise Refused(f"{', '.join(places)} can't be packed: {error}") from None

    def _tell_parents(self, archive: tarfile.TarFile, paths: Iterable[str]) -> None:
        if self._tells_parents:
            for parent in sorted({parent for path in paths for parent in Path(path).parents if parent.name}):
                entry = _entry(str(parent), 0o755)
                entry.type = tarfile.DIRTYPE
                archive.addfile(entry)

    def _given(self, entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry = _anonymous(entry)
        entry.uid, entry.gid = self._owner
        return entry


def _archived(fill: Callable[[tarfile.TarFile], None], form: int) -> bytes:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w", format=form) as archive:
        fill(archive)
    return whole.getvalue()


def _entry(path: str, mode: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(path.lstrip("/"))
    entry.mode = mode
    return entry


def _anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.mtime = entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


@dataclass(frozen=True)
class Product:
    """An image that was made."""

    config: dict[str, Any]
    layers: Sequence[Layer]
    wanted_oci: bool
    ways: Mapping[str, str]

    @property
    def oci(self) -> bool:
        """Whether it is of OCI's media types: it has to be where a layer is of a type that Docker's have no like of."""
        return self.wanted_oci or any(layer.kept_type.startswith(OCI) for layer in self.layers)

    @property
    def config_bytes(self) -> bytes:
        """The config as it is stored."""
        rootfs = {"type": "layers", "diff_ids": [layer.diff_id for layer in self.layers]}
        return as_json({**self.config, "rootfs": rootfs}, self.ways).encode()

    @property
    def media_type(self) -> str:
        """The media type of the manifest."""
        return MANIFESTS[0] if self.oci else MANIFESTS[1]

    @property
    def manifest_bytes(self) -> bytes:
        """The manifest as it is stored."""
        kind = f"{OCI}config.v1+json" if self.oci else "application/vnd.docker.container.image.v1+json"
        config = {"mediaType": kind, "digest": sha256(self.config_bytes), "size": len(self.config_bytes)}
        annotated = self.oci and self.ways["annotations"] == "some"
        layers = [layer.descriptor(self.oci, annotated) for layer in self.layers]
        stated = {"mediaType": self.media_type} if not self.oci or self.ways["media-type"] == "stated" else {}
        about = {"annotations": ANNOTATIONS} if annotated else {}
        document = {"schemaVersion": 2, **stated, "config": config, "layers": layers, **about}
        return as_json(document, self.ways).encode()


def is_oci(image: Image) -> bool:
    """Whether an image is of OCI's media types."""
    return not image.media_type.startswith(DOCKER)


def publish(call: Call, product: Product, names: Sequence[Name], registries: Registries) -> None:
    """Write an image under names, all of its blobs before any of its tags, and the report. Raises Refused."""
    body, digest = product.manifest_bytes, sha256(product.manifest_bytes)
    places = {name.place: name for name in names}.values()
    for place in places:
        _together(call, [_delivery(layer, place, registries) for layer in product.layers if not layer.elsewhere])
        registries.push(product.config_bytes, place)
    tagged, media_type = body, product.media_type
    if call.ways["publish"] == "index":
        tagged, media_type = listing(product, [])
    elif call.ways["publish"] in ("index-with-materials", "materials-first"):
        tagged, media_type = listing(product, [described_materials(product, place, registries) for place in places][:1])
    for place in places:
        if tagged != body or call.ways["put"] != "by-tag-alone":
            registries.put(body, product.media_type, place.at(digest))
    for name in [*(names if call.ways["tags"] == "first-first" else reversed(names))]:
        for _ in range(2 if call.ways["put"] == "twice" else 1):
            registries.put(tagged, media_type, name)
        if call.ways["read-back"] == "always":
            stored = registries.manifest(name)
            if stored is None or stored.body != tagged:
                raise Refused(f"{name} is not what was written there")
    report(call, product, tagged if call.ways["publish"] == "index" else body)


def report(call: Call, product: Product, told: bytes) -> None:
    """Write report.toml. Raises Refused."""
    place = call.given("report") or os.path.join(call.layers, "report.toml")  # noqa: PTH118 - paths are text here
    document: dict[str, Any] = {
        "tags": sorted(call.images) if call.ways["report-tags"] == "sorted" else call.images,
        "digest": sha256(told),
        "image-id": sha256(product.config_bytes) if call.ways["image-id"] == "said" else None,
        "manifest-size": len(told),
    }
    also = {"second": {"took": 0.25}, "build": {"second": []}} if call.ways["more-keys"] == "some" else {}
    write_toml(place, {"image": document, **also}, call.ways)


def listing(product: Product, also: list[dict[str, Any]]) -> tuple[bytes, str]:
    """Give an index of an image, and of what is about it, with its media type."""
    kind = INDEXES[0] if product.oci or also else INDEXES[1]
    stated = {key: product.config.get(key) for key in ("os", "architecture", "variant", "os.version")}
    body = product.manifest_bytes
    entry = {"mediaType": product.media_type, "digest": sha256(body), "size": len(body)}
    entry["platform"] = {key: value for key, value in stated.items() if value}
    about: dict[str, Any] = {}
    if kind == INDEXES[0] and product.ways["annotations"] == "some":
        entry["annotations"] = about["annotations"] = ANNOTATIONS
    entries = [*also, entry] if product.ways["publish"] == "materials-first" else [entry, *also]
    document = {"schemaVersion": 2, "mediaType": kind, "manifests": entries, **about}
    return as_json(document, product.ways).encode(), kind


def described_materials(product: Product, name: Name, registries: Registries) -> dict[str, Any]:
    """Write a list of materials beside an image, as a manifest for no platform, and describe it for an index."""
    listed = as_json({"materials": [layer.diff_id for layer in product.layers]}, product.ways).encode()
    nowhere = {"os": "unknown", "architecture": "unknown", "rootfs": {"type": "layers", "diff_ids": []}}
    config = as_json(nowhere, product.ways).encode()
    for blob in (listed, config):
        registries.push(blob, name)
    parts = [(f"{OCI}config.v1+json", config), ("application/vnd.example.materials+json", listed)]
    own, layer = ({"mediaType": kind, "digest": sha256(blob), "size": len(blob)} for kind, blob in parts)
    manifest = {"schemaVersion": 2, "mediaType": MANIFESTS[0], "config": own, "layers": [layer]}
    body = as_json(manifest, product.ways).encode()
    registries.put(body, MANIFESTS[0], name.at(sha256(body)))
    about = {
        "vnd.docker.reference.type": "attestation-manifest",
        "vnd.docker.reference.digest": sha256(product.manifest_bytes),
    }
    nobodys = {"os": "unknown", "architecture": "unknown"}
    described = {"mediaType": MANIFESTS[0], "digest": sha256(body), "size": len(body)}
    return {**described, "platform": nobodys, "annotations": about}


def attach(product: Product, name: Name, registries: Registries) -> None:
    """Attach a list of materials to an image, under the tag for registries that have no referrers API.

    Source: OCI distribution specification 1.1, "Pushing Manifests with Subject", "Referrers Tag Schema".
    """
    body = product.manifest_bytes
    empty = b"{}"
    list_of_materials = as_json({"materials": [layer.diff_id for layer in product.layers]}, product.ways).encode()
    for blob in (empty, list_of_materials):
        registries.push(blob, name)
    kind = "application/vnd.example.materials+json"
    artifact = {
        "schemaVersion": 2,
        "mediaType": MANIFESTS[0],
        "artifactType": kind,
        "config": {"mediaType": "application/vnd.oci.empty.v1+json", "digest": sha256(empty), "size": len(empty)},
        "layers": [{"mediaType": kind, "digest": sha256(list_of_materials), "size": len(list_of_materials)}],
        "subject": {"mediaType": product.media_type, "digest": sha256(body), "size": len(body)},
    }
    attached = as_json(artifact, product.ways).encode()
    registries.put(attached, MANIFESTS[0], name.at(sha256(attached)))
    entry = {"mediaType": MANIFESTS[0], "artifactType": kind, "digest": sha256(attached), "size": len(attached)}
    index = {"schemaVersion": 2, "mediaType": f"{OCI}index.v1+json", "manifests": [entry]}
    tag = Name(name.host, name.repository, sha256(body).replace(":", "-"))
    registries.put(as_json(index, product.ways).encode(), f"{OCI}index.v1+json", tag)


def _delivery(layer: Layer, to: Name, registries: Registries) -> Callable[[], None]:
    if layer.content is not None:
        content = layer.content
        return lambda: registries.push(content, to)
    assert layer.origin is not None
    origin = layer.origin
    return lambda: registries.copy(layer.digest, origin, to)


def _together(call: Call, deliveries: Sequence[Callable[[], None]]) -> None:
    """Do these, one after the other or all at once. Raises the first Refused."""
    if call.ways["upload"] != "together":
        for deliver in deliveries:
            deliver()
        return
    failures: list[Refused] = []

    def attempt(deliver: Callable[[], None]) -> None:
        try:
            deliver()
        except Refused as failure:
            failures.append(failure)

    threads = [threading.Thread(target=attempt, args=(deliver,)) for deliver in deliveries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
