"""The files between the phases: read as values that are what they should be, written whole or not at all.

Source: platform.md, "Data Format", "Files".
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from .errors import InvalidInputError

Table = dict[str, Any]


class RunImageNames(NamedTuple):
    """The names of a run image: `image` and its `mirrors`; `image` is "" where nothing names one."""

    image: str = ""
    mirrors: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Every name, the image's own first."""
        return (self.image, *self.mirrors) if self.image else self.mirrors

    def as_json(self) -> Table:
        """Give the names as the lifecycle metadata label and run.toml write them."""
        names: Table = {"image": self.image} if self.image else {}
        return {**names, "mirrors": list(self.mirrors)} if self.mirrors else names


class Buildpack(NamedTuple):
    """One buildpack of the group that was detected."""

    id: str
    version: str
    api: str
    homepage: str = ""

    @property
    def directory(self) -> str:
        """The name of its directory among the layers."""
        return self.id.replace("/", "_")


class Analyzed(NamedTuple):
    """What the analyzer found: the previous image with its metadata, and the run image."""

    previous_image: str
    metadata: Table
    run_image: str
    run_image_name: str
    extended: bool
    target: Mapping[str, str]


def read_toml(path: str, *, optional: bool = False) -> Table:
    """Read a TOML file; an optional one that is missing reads as empty. Raises InvalidInputError."""
    import tomllib

    try:
        with open(path, "rb") as file:
            return tomllib.load(file)
    except FileNotFoundError as error:
        if optional:
            return {}
        raise InvalidInputError(f"{path} is missing") from error
    except (OSError, ValueError, RecursionError) as error:
        raise InvalidInputError(f"{path} can't be read: {error}") from error


def write_toml(path: str, document: Mapping[str, Any], owner: tuple[int, int] = (0, 0)) -> None:
    """Put a TOML file in its place in one step, owned by the build image's user where this process may say so."""
    from .toml_writer import dumps

    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    beside = f"{path}.{os.getpid()}.tmp"
    try:
        with open(beside, "w", encoding="utf-8") as file:
            file.write(dumps(document))
        if os.geteuid() == 0:
            os.chown(beside, *owner)
        os.replace(beside, path)
    except OSError as error:
        if os.path.exists(beside):
            os.unlink(beside)
        raise InvalidInputError(f"{path} can't be written: {error}") from error


def check_writable(path: str) -> None:
    """Make sure that a file can be written later, when it would be too late to refuse. Raises InvalidInputError."""
    directory = os.path.dirname(os.path.abspath(path))
    try:
        os.makedirs(directory, exist_ok=True)
    except OSError as error:
        raise InvalidInputError(f"{path} can't be written: {error}") from error
    if not os.access(directory, os.W_OK) or os.path.isdir(path):
        raise InvalidInputError(f"{path} can't be written")


def read_analyzed(path: str) -> Analyzed:
    """Read analyzed.toml. Raises InvalidInputError, also where it names no run image."""
    document = read_toml(path)
    image, run_image = table(document, "image", path), table(document, "run-image", path)
    target = table(run_image, "target", path)
    analyzed = Analyzed(
        previous_image=text(image, "reference", path),
        metadata=table(document, "metadata", path),
        run_image=text(run_image, "reference", path),
        run_image_name=text(run_image, "image", path),
        extended=switch(run_image, "extend", path),
        target={key: text(target, key, path) for key in ("os", "arch")},
    )
    if not analyzed.run_image:
        raise InvalidInputError(f"{path} has no reference in [run-image]")
    return analyzed


def read_group(path: str) -> tuple[Buildpack, ...]:
    """Read group.toml. Raises InvalidInputError."""
    return buildpacks(read_toml(path), "group", path)


def buildpacks(document: Table, key: str, path: str) -> tuple[Buildpack, ...]:
    """Give the buildpacks of an array of tables. Raises InvalidInputError."""
    found = tuple(
        Buildpack(
            id=text(entry, "id", path),
            version=text(entry, "version", path),
            api=text(entry, "api", path),
            homepage=text(entry, "homepage", path),
        )
        for entry in tables(document, key, path)
    )
    for buildpack in found:
        if not buildpack.id or buildpack.directory in (".", ".."):
            raise InvalidInputError(f"{path}: a buildpack needs an id, not {buildpack.id!r}")
    return found


def read_run_images(path: str) -> tuple[RunImageNames, ...]:
    """Read run.toml, which may be missing. Raises InvalidInputError."""
    return tuple(_names(entry, path) for entry in tables(read_toml(path, optional=True), "images", path))


def read_stack(path: str) -> RunImageNames:
    """Read stack.toml, which may be missing. Raises InvalidInputError."""
    return _names(table(read_toml(path, optional=True), "run-image", path), path)


def _names(entry: Table, path: str) -> RunImageNames:
    return RunImageNames(text(entry, "image", path), texts(entry, "mirrors", path))


def table(document: Table, key: str, path: str) -> Table:
    """Give a table of a document, empty where it is missing. Raises InvalidInputError."""
    value = document.get(key, {})
    if not isinstance(value, dict):
        raise InvalidInputError(f"{path}: {key} must be a table")
    return value


def tables(document: Table, key: str, path: str) -> list[Table]:
    """Give an array of tables, empty where it is missing. Raises InvalidInputError."""
    value = document.get(key, [])
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise InvalidInputError(f"{path}: {key} must be an array of tables")
    return value


def text(document: Table, key: str, path: str) -> str:
    """Give a string, "" where it is missing. Raises InvalidInputError."""
    value = document.get(key, "")
    if not isinstance(value, str):
        raise InvalidInputError(f"{path}: {key} must be a string")
    return value


def texts(document: Table, key: str, path: str) -> tuple[str, ...]:
    """Give an array of strings, empty where it is missing. Raises InvalidInputError."""
    value = document.get(key, [])
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise InvalidInputError(f"{path}: {key} must be an array of strings")
    return tuple(value)


def switch(document: Table, key: str, path: str) -> bool:
    """Give a boolean, false where it is missing. Raises InvalidInputError."""
    value = document.get(key, False)
    if not isinstance(value, bool):
        raise InvalidInputError(f"{path}: {key} must be true or false")
    return value
