"""Build the reference lifecycle's image, for several architectures: `python -m tools.reference_image OUT.tar`.

What is written is an OCI image layout in a tar archive, as the `oci-archive:` of skopeo and podman: index.json names
one image index, which has a child for each architecture of `--arch`. No container engine is needed, and the same inputs
give the same bytes. Each child is the root file system of `tools.pythons`, or what the archive `--base` has for the
architecture (any image with Python 3.11 or later; `skopeo copy --all docker://… oci-archive:…` fetches one), and above
it /cnb/lifecycle, with the labels that lifecycle images have.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import shutil
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fixtures.lifecycle.targets.reference import DEBIAN
from fixtures.oci.platforms import Platform
from fixtures.paths import REFERENCE
from tools.oci_archive import Archive, ArchiveError, Descriptor
from tools.pythons import CannotGetError, compile_modules, make

HOME = "cnb/lifecycle"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
EPOCH = "1980-01-01T00:00:01Z"
"""When everything in the image was made: as buildpacks' own images say it, so that the bytes are always the same."""

SECONDS = 315532801
"""The same, in seconds since 1970."""

USERS = b"root:x:0:0:root:/root:/bin/sh\ncnb:x:1000:1000:cnb:/home/cnb:/bin/sh\n"
GROUPS = b"root:x:0:\ncnb:x:1000:\n"
DIRECTORIES = {"tmp": 0o1777, "root": 0o700, "layers": 0o755, "workspace": 0o755, "proc": 0o755, "dev": 0o755}


@dataclass(frozen=True)
class Layer:
    """A layer: its bytes, and the digest of what they unpack to."""

    content: bytes = field(repr=False)
    diff_id: str


def layer(members: Iterable[tuple[tarfile.TarInfo, bytes]]) -> Layer:
    """Make a gzip layer of members, with owner root and one date."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for member, content in members:
            member.mtime = SECONDS
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return Layer(gzip.compress(packed.getvalue(), mtime=0), f"sha256:{hashlib.sha256(packed.getvalue()).hexdigest()}")


def tree(
    directory: Path, prefix: str, leave_out: frozenset[str] = frozenset()
) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
    """Give the files of a directory as members below a prefix, in one order, executable or not as they are."""
    for path in sorted(directory.rglob("*")):
        if leave_out & set(path.relative_to(directory).parts):
            continue
        member = tarfile.TarInfo(f"{prefix}{path.relative_to(directory)}")
        if path.is_symlink():
            member.type, member.linkname = tarfile.SYMTYPE, str(path.readlink())
            yield member, b""
        elif path.is_dir():
            member.type, member.mode = tarfile.DIRTYPE, 0o755
            yield member, b""
        else:
            member.mode = 0o755 if path.stat().st_mode & 0o100 else 0o644
            yield member, path.read_bytes()


def root_layer(root: Path) -> Layer:
    """Make the layer of a root file system, with what containers expect besides."""
    return layer([*_furniture(), *tree(root, "", frozenset({"complete"}))])


def _furniture() -> Iterator[tuple[tarfile.TarInfo, bytes]]:
    for name, mode in DIRECTORIES.items():
        member = tarfile.TarInfo(name)
        member.type, member.mode = tarfile.DIRTYPE, mode
        yield member, b""
    for name, content in (("etc/passwd", USERS), ("etc/group", GROUPS)):
        yield tarfile.TarInfo(name), content


def lifecycle_layer(platform: Platform, *, compiled: bool) -> Layer:
    """Make the layer that holds /cnb/lifecycle, with compiled modules where the Python below is known."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "lifecycle"
        shutil.copytree(REFERENCE, copy, ignore=shutil.ignore_patterns("__pycache__"))
        if compiled:
            compile_modules(copy / "reference_lifecycle", platform, relative_to=Path(scratch))
        return layer(tree(copy, f"{HOME}/"))


def labels() -> dict[str, str]:
    """Give the labels by which platforms know a lifecycle image."""
    text = tomllib.loads((REFERENCE / "lifecycle.toml").read_text())
    return {
        "io.buildpacks.lifecycle.version": str(text["lifecycle"]["version"]),
        "io.buildpacks.lifecycle.apis": json.dumps(text["apis"], sort_keys=True, separators=(",", ":")),
    }


def child(archive: Archive, platform: Platform, base: Archive | None) -> Descriptor:
    """Put the image of one platform into an archive. Raises CannotGetError and ArchiveError."""
    if base is not None:
        manifest, config = base.image_for(platform)
        layers = [archive.add(base.blob(below["digest"]), below["mediaType"]) for below in manifest["layers"]]
        added = [lifecycle_layer(platform, compiled=False)]
    else:
        config = {
            "architecture": platform.architecture,
            "os": platform.os,
            "rootfs": {"type": "layers", "diff_ids": []},
        }
        layers, added = [], [root_layer(make(platform)), lifecycle_layer(platform, compiled=True)]
        if platform.variant:
            config["variant"] = platform.variant
    layers += [archive.add(new.content, "application/vnd.oci.image.layer.v1.tar+gzip") for new in added]
    _extend(config, added)
    return archive.add_image(config, layers, platform)


def _extend(config: dict[str, Any], added: Sequence[Layer]) -> None:
    """Say in a config what the lifecycle's layers and labels say."""
    inner = config.setdefault("config", {})
    inner.setdefault("Env", [f"PATH={PATH}"])
    inner["Labels"] = {**(inner.get("Labels") or {}), **labels()}
    inner["WorkingDir"] = "/layers"
    config["rootfs"]["diff_ids"] = [*config["rootfs"]["diff_ids"], *(new.diff_id for new in added)]
    history = [{"created": EPOCH, "created_by": "tools.reference_image"} for _ in added]
    config["history"] = [*(config.get("history") or []), *history]
    config["created"] = EPOCH


def build(platforms: Sequence[Platform], out: Path, base: Path | None = None) -> str:
    """Write the archive and give the digest of the image index. Raises CannotGetError and ArchiveError."""
    below = Archive.read(base) if base else None
    archive = Archive()
    index = archive.add_index([child(archive, platform, below) for platform in platforms])
    archive.write(out, index, name="reference-lifecycle")
    return str(index["digest"])


def main(arguments: Sequence[str]) -> int:
    """Build what the command line asks for, and give the exit status."""
    known = ",".join(platform.slug.replace("-", "/") for platform in DEBIAN)
    parser = argparse.ArgumentParser(prog="python -m tools.reference_image")
    parser.add_argument("--arch", default="amd64,arm64", help=f"architectures, of {known} (default: %(default)s)")
    parser.add_argument("--base", type=Path, help="an OCI archive with an image that has Python, instead of Debian's")
    parser.add_argument("out", type=Path, help="the archive to write")
    text = parser.parse_args(arguments)
    try:
        platforms = [Platform.parse(name) for name in text.arch.split(",")]
        unknown = [str(platform) for platform in platforms if not text.base and platform not in DEBIAN]
        if unknown:
            parser.error(f"--arch {','.join(unknown)}: known are {known}")
        digest = build(platforms, text.out, text.base)
    except (ValueError, OSError, CannotGetError, ArchiveError) as error:
        print(f"{text.out}: {error}", file=sys.stderr)
        return 1
    print(f"{text.out}: {digest}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
