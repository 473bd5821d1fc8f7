"""Images as they are made: new layers, the manifest in a family of media types, and the way into a registry."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .call import Call
from .distribution import DOCKER, INDEXES, MANIFESTS, OCI, Name, Registries, sha256
from .images import Image
from .notation import Refused, Unreadable, compact, text, texts, write_toml

EPOCH = "1970-01-01T00:00:00Z"
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

    def descriptor(self, oci: bool) -> dict[str, Any]:
        """Describe the layer in a family of media types; a type that only one family has stays."""
        plain, zipped = (OCI_LAYER, "+gzip") if oci else (DOCKER_LAYER, ".gzip")
        kind = self.kept_type or (plain + zipped if self.compressed else plain)
        urls = {"urls": list(self.elsewhere)} if self.elsewhere else {}
        return {"mediaType": kind, "digest": self.digest, "size": self.size, **urls}


class Packer:
    """Makes layers: every file of the build belongs to the user that is named, and is as old as time."""

    def __init__(self, ways: Mapping[str, str], owner: tuple[int, int] = (0, 0)) -> None:
        self._owner = owner
        self._level = {"hard": 9, "lightly": 1, "not": 0}[ways["compress"]]

    def layer(self, fill: Callable[[tarfile.TarFile], None]) -> Layer:
        """Make a layer of what `fill` adds."""
        whole = io.BytesIO()
        with tarfile.open(fileobj=whole, mode="w", format=tarfile.PAX_FORMAT) as archive:
            fill(archive)
        raw = whole.getvalue()
        content = gzip.compress(raw, self._level, mtime=0) if self._level else raw
        return Layer(sha256(content), len(content), sha256(raw), bool(self._level), content)

    def files(self, content: Mapping[str, bytes | str], executable: bool = False) -> Layer:
        """Make a layer of files; a text in place of bytes is what a symbolic link points to."""

        def fill(archive: tarfile.TarFile) -> None:
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
            for place in places:
                archive.add(place, filter=self._given)

        try:
            return self.layer(fill)
        except (OSError, ValueError) as error:
            raise Refused(f"{', '.join(places)} can't be packed: {error}") from None

    def _given(self, entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry = _anonymous(entry)
        entry.uid, entry.gid = self._owner
        return entry


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

    @property
    def oci(self) -> bool:
        """Whether it is of OCI's media types: it has to be where a layer is of a type that Docker's have no like of."""
        return self.wanted_oci or any(layer.kept_type.startswith(OCI) for layer in self.layers)

    @property
    def config_bytes(self) -> bytes:
        """The config as it is stored."""
        rootfs = {"type": "layers", "diff_ids": [layer.diff_id for layer in self.layers]}
        return compact({**self.config, "rootfs": rootfs}).encode()

    @property
    def media_type(self) -> str:
        """The media type of the manifest."""
        return MANIFESTS[0] if self.oci else MANIFESTS[1]

    @property
    def manifest_bytes(self) -> bytes:
        """The manifest as it is stored."""
        kind = f"{OCI}config.v1+json" if self.oci else "application/vnd.docker.container.image.v1+json"
        config = {"mediaType": kind, "digest": sha256(self.config_bytes), "size": len(self.config_bytes)}
        layers = [layer.descriptor(self.oci) for layer in self.layers]
        return compact({"schemaVersion": 2, "mediaType": self.media_type, "config": config, "layers": layers}).encode()


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
    for place in places:
        registries.put(body, product.media_type, place.at(digest))
    tagged, media_type = body, product.media_type
    if call.ways["publish"] == "index":
        tagged, media_type = listing(product, [])
    elif call.ways["publish"] == "index-with-materials":
        tagged, media_type = listing(product, [described_materials(product, place, registries) for place in places][:1])
    for name in names if call.ways["tags"] == "first-first" else reversed(names):
        registries.put(tagged, media_type, name)
    told = tagged if call.ways["publish"] == "index" else body
    identified = {"digest": sha256(told), "image-id": sha256(product.config_bytes), "manifest-size": len(told)}
    report = call.given("report") or os.path.join(call.layers, "report.toml")  # noqa: PTH118 - paths are text here
    write_toml(report, {"image": {"tags": call.images, **identified}}, sort=call.ways["keys"] == "sorted")


def listing(product: Product, also: list[dict[str, Any]]) -> tuple[bytes, str]:
    """Give an index of an image, and of what is about it, with its media type."""
    kind = INDEXES[0] if product.oci or also else INDEXES[1]
    stated = {key: product.config.get(key) for key in ("os", "architecture", "variant", "os.version")}
    body = product.manifest_bytes
    entry = {"mediaType": product.media_type, "digest": sha256(body), "size": len(body)}
    entry["platform"] = {key: value for key, value in stated.items() if value}
    return compact({"schemaVersion": 2, "mediaType": kind, "manifests": [entry, *also]}).encode(), kind


def described_materials(product: Product, name: Name, registries: Registries) -> dict[str, Any]:
    """Write a list of materials beside an image, as a manifest for no platform, and describe it for an index."""
    listed = compact({"materials": [layer.diff_id for layer in product.layers]}).encode()
    config = compact(
        {"os": "unknown", "architecture": "unknown", "rootfs": {"type": "layers", "diff_ids": []}}
    ).encode()
    for blob in (listed, config):
        registries.push(blob, name)
    parts = [(f"{OCI}config.v1+json", config), ("application/vnd.example.materials+json", listed)]
    own, layer = ({"mediaType": kind, "digest": sha256(blob), "size": len(blob)} for kind, blob in parts)
    body = compact({"schemaVersion": 2, "mediaType": MANIFESTS[0], "config": own, "layers": [layer]}).encode()
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
    empty, list_of_materials = b"{}", compact({"materials": [layer.diff_id for layer in product.layers]}).encode()
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
    attached = compact(artifact).encode()
    registries.put(attached, MANIFESTS[0], name.at(sha256(attached)))
    entry = {"mediaType": MANIFESTS[0], "artifactType": kind, "digest": sha256(attached), "size": len(attached)}
    index = {"schemaVersion": 2, "mediaType": f"{OCI}index.v1+json", "manifests": [entry]}
    tag = Name(name.host, name.repository, sha256(body).replace(":", "-"))
    registries.put(compact(index).encode(), f"{OCI}index.v1+json", tag)


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
