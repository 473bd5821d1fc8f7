"""How fast images get into a registry: the suite's client and `skopeo copy`, the same images, in turn."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from bench.budgets import BUDGETS, Measured
from bench.phases import quick_store
from fixtures.oci.images import ImageSpec, IndexSpec
from fixtures.oci.platforms import AMD64, LINUX
from fixtures.oci.samples import run_image, run_index
from fixtures.registry.client import Client

_TAG: Final = "latest"

Spec = ImageSpec | IndexSpec

_KINDS: Final[Mapping[str, tuple[Spec, ...]]] = {
    "single images": tuple(run_image(AMD64, generation=number) for number in range(1000, 1040)),
    "indexes, 6 images each": tuple(run_index(*LINUX, generation=number) for number in range(2000, 2008)),
}
"""No two share a layer: nothing is seeded quicker for having been seeded before."""


class Differs(Exception):
    """skopeo left another image in the registry than the one it was given."""


def measure() -> Iterator[Measured]:
    """Seed each kind of image both ways and tell how many images a second each way did."""
    skopeo = shutil.which("skopeo")
    for kind, specs in _KINDS.items():
        if skopeo is None:
            yield Measured(BUDGETS["seeding"], kind, None, "skopeo is not on PATH")
            continue
        with tempfile.TemporaryDirectory() as directory, quick_store() as store, Client(store.address) as client:
            images = sum(len(spec.children) if isinstance(spec, IndexSpec) else 1 for spec in specs)
            ours = theirs = 0.0
            for number, spec in enumerate(specs):
                layout = Path(directory) / str(number)
                write_layout(spec, layout)
                ours += _timed_push(client, spec, f"bench/ours{number}")
                theirs += _timed_copy(skopeo, layout, f"{store.address}/bench/theirs{number}:{_TAG}")
                if client.head(f"bench/theirs{number}", _TAG) != spec.digest:
                    raise Differs(f"{kind}, number {number}")
            text = f"{images / ours:.0f} a second, skopeo {images / theirs:.0f}; {images} images; {store.description}"
            yield Measured(BUDGETS["seeding"], kind, theirs / ours, text)


def _timed_push(client: Client, spec: Spec, repository: str) -> float:
    started = time.perf_counter()
    client.push(spec, repository, _TAG)
    return time.perf_counter() - started


def _timed_copy(skopeo: str, layout: Path, reference: str) -> float:
    started = time.perf_counter()
    options = ["--insecure-policy", "--quiet", "--all", "--dest-tls-verify=false"]
    source, destination = f"oci:{layout}:{_TAG}", f"docker://{reference}"
    command = [skopeo, options[0], "copy", *options[1:], source, destination]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def write_layout(spec: Spec, directory: Path) -> None:
    """Write an image or index, whole, as an OCI image layout (image-layout.md) with one tag."""
    blobs = directory / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    everything = {**spec.blobs, **{manifest.digest: manifest.body for manifest in spec.manifests}}
    for digest, body in everything.items():
        (blobs / digest.removeprefix("sha256:")).write_bytes(body)
    root = spec.root.descriptor(annotations={"org.opencontainers.image.ref.name": _TAG})
    (directory / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [root]}))
    (directory / "oci-layout").write_text(json.dumps({"imageLayoutVersion": "1.0.0"}))
