"""New layers: tar and gzip whose bytes depend on files and paths alone, not on when or by whom they are made.

Source: platform.md, "Build Reproducibility"; the OCI image specification, layer.md.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import stat
import tarfile
from collections.abc import Iterable, Iterator
from typing import IO, NamedTuple

from .errors import RefusedError
from .publish import NewLayer

MODIFIED = 315532801
"""The modification time of every file in a new layer: 1980-01-01T00:00:01Z, the first that every format can hold."""


LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar+gzip"


class Entry(NamedTuple):
    """One file, directory or symbolic link of a layer."""

    path: str
    kind: bytes
    mode: int
    owner: tuple[int, int] = (0, 0)
    target: str = ""
    source: str = ""


class LayerWriter:
    """Makes layers in a directory, their files owned by the build image's user."""

    def __init__(self, directory: str, owner: tuple[int, int]) -> None:
        """Take the directory to write blobs to, and the uid and gid."""
        self._directory = directory
        self._owner = owner
        self._made = 0

    def directory(self, path: str) -> NewLayer:
        """Make a layer of a directory with all that is in it, at its absolute path. Raises RefusedError."""
        return self.write((*parents(path), *self.walk(path)))

    def walk(self, path: str) -> Iterator[Entry]:
        """Give the entries of a directory and of all that is in it, sorted. Raises RefusedError."""
        yield self.entry(path)
        if os.path.isdir(path) and not os.path.islink(path):
            for name in sorted(os.listdir(path)):
                inner = os.path.join(path, name)
                # Sockets, pipes and devices belong to a running system: there is nothing of them to put in an image.
                if os.path.islink(inner) or os.path.isfile(inner) or os.path.isdir(inner):
                    yield from self.walk(inner)

    def entry(self, path: str) -> Entry:
        """Give the entry of one file, directory or symbolic link. Raises RefusedError."""
        try:
            found = os.lstat(path)
            target = os.readlink(path) if stat.S_ISLNK(found.st_mode) else ""
        except OSError as error:
            raise RefusedError(f"{path} can't be put in a layer: {error}") from error
        mode = stat.S_IMODE(found.st_mode)
        if target:
            return Entry(path, tarfile.SYMTYPE, 0o777, self._owner, target=target)
        if stat.S_ISDIR(found.st_mode):
            return Entry(path, tarfile.DIRTYPE, mode, self._owner)
        return Entry(path, tarfile.REGTYPE, mode, self._owner, source=path)

    def write(self, entries: Iterable[Entry]) -> NewLayer:
        """Write a layer and compute its digests while writing."""
        self._made += 1
        path = os.path.join(self._directory, f"layer-{self._made}.tar.gz")
        with open(path, "wb") as file:
            compressed = _Hashing(file)
            with gzip.GzipFile("", "wb", 6, compressed, mtime=0) as zipped:
                plain = _Hashing(zipped)
                with tarfile.TarFile("", "w", plain, format=tarfile.PAX_FORMAT) as archive:  # type: ignore[arg-type]
                    for entry in entries:
                        _add(archive, entry)
        descriptor = {"mediaType": LAYER_TYPE, "size": compressed.size, "digest": compressed.digest}
        return NewLayer(path, descriptor, plain.digest)


def parents(path: str) -> Iterator[Entry]:
    """Give the directories above a path as they are here: a layer must not change what is above its content."""
    above = os.path.dirname(path)
    if above not in ("", "/"):
        yield from parents(above)
        found = os.stat(above)
        yield Entry(above, tarfile.DIRTYPE, stat.S_IMODE(found.st_mode), (found.st_uid, found.st_gid))


def root_directory(path: str) -> Entry:
    """Give a directory of root that everybody can read."""
    return Entry(path, tarfile.DIRTYPE, 0o755)


def _add(archive: tarfile.TarFile, entry: Entry) -> None:
    header = tarfile.TarInfo(entry.path.lstrip("/"))
    header.type, header.mode, header.mtime, header.linkname = entry.kind, entry.mode, MODIFIED, entry.target
    header.uid, header.gid = entry.owner
    if not entry.source:
        archive.addfile(header)
        return
    try:
        with open(entry.source, "rb") as file:
            header.size = os.fstat(file.fileno()).st_size
            archive.addfile(header, file)
    except OSError as error:
        raise RefusedError(f"{entry.source} can't be put in a layer: {error}") from error


class _Hashing:
    """A file to write to that remembers the digest and the size of what went through."""

    def __init__(self, file: IO[bytes] | gzip.GzipFile) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        self._hash.update(data)
        self.size += len(data)
        self._file.write(data)
        return len(data)

    def tell(self) -> int:
        return self.size

    def flush(self) -> None:
        self._file.flush()

    @property
    def digest(self) -> str:
        return f"sha256:{self._hash.hexdigest()}"
