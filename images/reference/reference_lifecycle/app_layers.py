"""The layers that are not any one buildpack's: the app in slices, the launcher, its config, process types, and SBOMs.

Source: platform.md, "exporter"; buildpack.md, "Slice Layers" and "launch.toml (TOML)".
"""

from __future__ import annotations

import os
import shutil
import tarfile
from collections.abc import Iterator, Sequence

from .errors import InvalidInputError, RefusedError
from .layers import Entry, LayerWriter, parents, root_directory
from .publish import NewLayer

LAUNCHER = "/cnb/lifecycle/launcher"
PROCESSES = "/cnb/process"
SBOM_EXTENSIONS = ("cdx.json", "spdx.json", "syft.json")


def app(directory: str, slices: Sequence[Sequence[str]], writer: LayerWriter) -> Iterator[NewLayer]:
    """Make a layer of each slice that holds anything, and one of all the rest of the app. Raises RefusedError."""
    if not os.path.isdir(directory):
        raise RefusedError(f"there is no app directory {directory}")
    left = list(writer.walk(directory))
    for globs in slices:
        chosen = [entry for entry in left if _in_slice(entry.path, directory, globs)]
        left = [entry for entry in left if entry not in chosen]
        if chosen:
            yield writer.write((*_above(chosen, directory, writer), *chosen))
    yield writer.write((*parents(directory), *left))


def _above(chosen: Sequence[Entry], directory: str, writer: LayerWriter) -> Iterator[Entry]:
    """Give the directories between the root and what is in a slice, with the owners they have in the app."""
    yield from parents(directory)
    needed = {directory}
    for entry in chosen:
        above = os.path.dirname(entry.path)
        while above.startswith(directory + os.sep):
            needed.add(above)
            above = os.path.dirname(above)
    yield from (writer.entry(path) for path in sorted(needed - {entry.path for entry in chosen}))


def _in_slice(path: str, directory: str, globs: Sequence[str]) -> bool:
    """Whether a path, or a directory that it is in, is matched by a glob, which is relative to the app or within it."""
    if path == directory:
        return False
    parts = os.path.relpath(path, directory).split(os.sep)
    relative = [os.path.normpath(os.path.relpath(glob, directory) if os.path.isabs(glob) else glob) for glob in globs]
    patterns = [glob.split(os.sep) for glob in relative]
    return any(len(pattern) <= len(parts) and _matches(parts, pattern) for pattern in patterns)


def _matches(parts: Sequence[str], pattern: Sequence[str]) -> bool:
    """Match one part after the other: as in Go's filepath.Match, `*` does not reach over a separator."""
    from fnmatch import fnmatchcase

    return all(fnmatchcase(part, glob.replace("[^", "[!")) for part, glob in zip(parts, pattern, strict=False))


ELF_MACHINES = {3: "386", 40: "arm", 62: "amd64", 21: "ppc64le", 22: "s390x", 183: "arm64", 243: "riscv64"}
"""What e_machine of an ELF header says, by the names of architectures that images go by."""


def architecture_of(program: str) -> str:
    """Give the architecture that a program is made for; "" for a script, or what is not known here."""
    with open(program, "rb") as file:
        header = file.read(20)
    if len(header) < 20 or not header.startswith(b"\x7fELF"):
        return ""
    return ELF_MACHINES.get(int.from_bytes(header[18:20], "big" if header[5] == 2 else "little"), "")


def launcher(path: str, writer: LayerWriter) -> NewLayer:
    """Make the layer that holds the launcher. Raises RefusedError."""
    if not os.path.isfile(path):
        raise RefusedError(f"there is no launcher {path}")
    program = Entry(LAUNCHER, tarfile.REGTYPE, 0o755, source=path)
    return writer.write((root_directory("/cnb"), root_directory("/cnb/lifecycle"), program))


def processes(types: Sequence[str], writer: LayerWriter) -> NewLayer:
    """Make the layer with a symbolic link to the launcher for each process type. Raises InvalidInputError."""
    for kind in types:
        if not kind or set(kind) & set("/><:|&\\") or kind in (".", ".."):
            raise InvalidInputError(f"{kind!r} is no name of a process type")
    links = (Entry(f"{PROCESSES}/{kind}", tarfile.SYMTYPE, 0o777, target=LAUNCHER) for kind in dict.fromkeys(types))
    return writer.write((root_directory("/cnb"), root_directory(PROCESSES), *links))


def sbom(layers_dir: str, writer: LayerWriter) -> NewLayer | None:
    """Make the layer of the bills of materials for launch, if there are any."""
    directory = os.path.join(layers_dir, "sbom", "launch")
    return writer.directory(directory) if os.path.isdir(directory) else None


def copy_lifecycle_sboms(source: str, layers_dir: str) -> None:
    """Put the bills of materials of the launcher and the lifecycle beside those of the buildpacks."""
    places = {
        "launcher": os.path.join("sbom", "launch", "buildpacksio_lifecycle", "launcher"),
        "lifecycle": os.path.join("sbom", "build", "buildpacksio_lifecycle"),
    }
    for component, place in places.items():
        for extension in SBOM_EXTENSIONS:
            path = os.path.join(source, f"{component}.sbom.{extension}")
            if os.path.isfile(path):
                os.makedirs(os.path.join(layers_dir, place), exist_ok=True)
                shutil.copyfile(path, os.path.join(layers_dir, place, f"sbom.{extension}"))
