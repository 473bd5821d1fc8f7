"""Software Bills of Materials of the previous image, unpacked for the phases that follow.

Source: platform.md 0.9, "analyzer": they are restored unless -skip-layers says that they are not.
"""

from __future__ import annotations

import io
import os

from .errors import MalformedImageError
from .images import Image
from .registry import Registry


def restore(registry: Registry, image: Image, diff_id: str, layers_dir: str, owner: tuple[int, int]) -> None:
    """Unpack the regular files below `<layers>/sbom` of the layer with this diff ID. Raises MalformedImageError."""
    import tarfile

    home = os.path.join(os.path.abspath(layers_dir), "sbom")
    layer = next((layer for layer in image.layers if layer.diff_id == diff_id), None)
    if layer is None:
        return
    content = registry.read_blob(layer.source, layer.digest)
    try:
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            for member in archive:
                path = os.path.normpath(os.path.join("/", member.name))
                file = archive.extractfile(member) if member.isreg() and path.startswith(f"{home}/") else None
                if file:
                    _write(path, file.read(), owner)
    except (OSError, EOFError, tarfile.TarError) as error:
        raise MalformedImageError(f"the bills of materials of {image.reference} can't be unpacked: {error}") from error


def _write(path: str, content: bytes, owner: tuple[int, int]) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)
    if os.geteuid() == 0:
        os.chown(path, *owner)
