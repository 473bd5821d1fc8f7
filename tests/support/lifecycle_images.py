"""Lifecycle images whose phases are programs of a hundred bytes, and what an engine holds of ours."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import pytest

from fixtures.cleanup.sweep import DIRECTORY_LABEL, LABEL, Owner
from fixtures.docker.engine import Engine, EngineError
from fixtures.lifecycle.phases import PHASES
from fixtures.lifecycle.targets.image import REPOSITORY
from fixtures.oci.elf import MACHINES, static_program
from fixtures.oci.images import Artifact, Entry, ImageSpec, IndexSpec, Layer
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import attestation
from tests.support.engine import images_named


def engine_answers() -> bool:
    """Whether a Docker engine does."""
    try:
        return bool(Engine.from_environment().version())
    except EngineError:
        return False


needs_engine = pytest.mark.skipif(not engine_answers(), reason="no Docker engine answers")


SUCCEEDS = {
    "amd64": "bf00000000 b83c000000 0f05",
    "arm64": "000080d2 a80b80d2 010000d4",
    "arm": "0000a0e3 0170a0e3 000000ef",
    "s390x": "a7290000 0a01",
    "ppc64le": "01000038 00006038 02000044",
    "riscv64": "13050000 9308d005 73000000",
}
"""Machine code that is exit(0): what gets past the smoke run, having asked the registry for nothing."""


def succeeding(architecture: str) -> bytes:
    """Give a program that does nothing, and succeeds."""
    return static_program(architecture, bytes.fromhex(SUCCEEDS[architecture]))


def waiting(architecture: str) -> bytes:
    """Give a program that never ends."""
    return static_program(architecture, MACHINES[architecture].waits)


def lifecycle_image(
    platform: Platform, make: Callable[[str], bytes] = succeeding, user: str = "", phases: Collection[str] = PHASES
) -> ImageSpec:
    """Give a lifecycle image whose phases are all the same program; by default one that succeeds."""
    files = {f"cnb/lifecycle/{phase}": make(platform.architecture) for phase in phases}
    people = {"etc/passwd": "root:x:0:0::/:\ncnb:x:1234:1000::/:\n", "etc/group": "root:x:0:\ncnb:x:1000:\n"}
    return ImageSpec(platform, (Layer.of(people), Layer.of(files)), config=(("User", user),) if user else ())


def lifecycle_index(*children: ImageSpec) -> IndexSpec:
    """Give an index of lifecycle images as builders make them, an attestation of each child in it."""
    return IndexSpec((*(Entry(child) for child in children), *(attestation(child) for child in children)))


def write_layout(path: Path, spec: Artifact) -> Path:
    """Write an image or index as an OCI image layout: a tar archive where the path says so, else a directory."""
    blobs = {**spec.blobs, **{blob.digest: blob.body for blob in spec.manifests}}
    files = {
        "oci-layout": b'{"imageLayoutVersion": "1.0.0"}',
        "index.json": json.dumps({"schemaVersion": 2, "manifests": [spec.root.descriptor()]}).encode(),
        **{f"blobs/{digest.replace(':', '/')}": body for digest, body in blobs.items()},
    }
    if path.suffix == ".tar":
        write_tar(path, files)
    else:
        for name, content in files.items():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(content)
    return path


def write_tar(path: Path, files: Mapping[str, bytes]) -> None:
    """Write a tar archive of regular files."""
    with tarfile.open(path, "w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))


def containers_of(process: int) -> set[str]:
    """Give the containers of a run, by the process that is its controller."""
    labeled = Engine.from_environment().labeled(DIRECTORY_LABEL)
    return {thing.name for thing in labeled if f"-{process}-" in f"-{thing.labels[DIRECTORY_LABEL]}"}


def left_behind() -> set[str]:
    """Give what the engine still has of runs that are over: containers, and images by the names that we give them."""
    engine = Engine.from_environment()
    containers = {thing.name for thing in engine.labeled(LABEL) if not _lives(thing.labels[LABEL])}
    names = images_named(REPOSITORY)
    return containers | {name for name in names if not _lives(name.partition(":")[2])}


def _lives(text: str) -> bool:
    owner = Owner.parse("-".join(text.split("-")[:2]))
    return owner is not None and owner.alive()
