"""Image references: which registry and repository a name stands for, and which tag or digest in it.

Source: platform.md, "Additional Terminology"; the OCI distribution specification, "Pulling manifests"; the Docker
conventions for names without a registry.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from .errors import InvalidInputError

_REGISTRY = re.compile(r"(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::[0-9]{1,5})?")
_REPOSITORY = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")

DOCKER_HUB = "index.docker.io"


class Repository(NamedTuple):
    """Where a registry keeps the manifests and blobs of one name."""

    registry: str
    name: str

    def __str__(self) -> str:
        return f"{self.registry}/{self.name}"


class Reference(NamedTuple):
    """A tag reference or a digest reference; a digest outranks a tag that stands before it."""

    repository: Repository
    tag: str
    digest: str
    text: str

    @property
    def target(self) -> str:
        """What the registry is asked for: the digest if there is one, else the tag."""
        return self.digest or self.tag

    @property
    def name(self) -> str:
        """The full name without a digest: what two references to the same run image have in common."""
        return f"{self.repository}:{self.tag or 'latest'}"

    def __str__(self) -> str:
        return self.text


def is_digest(text: object) -> bool:
    """Whether this is a digest that content can be checked against."""
    return isinstance(text, str) and _DIGEST.fullmatch(text) is not None


def parse(text: str) -> Reference:
    """Read an image reference as the platform wrote it. Raises InvalidInputError."""
    name, at, digest = text.partition("@")
    head, slash, tail = name.partition("/")
    if slash and (head == "localhost" or any(mark in head for mark in ".:")):
        registry, rest = head, tail
    else:
        registry, rest = DOCKER_HUB, name
    path, _, tag = rest.partition(":")
    if registry in (DOCKER_HUB, "docker.io"):
        registry, path = DOCKER_HUB, path if "/" in path else f"library/{path}"
    valid = (
        _REGISTRY.fullmatch(registry)
        and _REPOSITORY.fullmatch(path)
        and len(path) < 256
        and (_TAG.fullmatch(tag) or ":" not in rest)
        and (_DIGEST.fullmatch(digest) or not at)
    )
    if not valid:
        raise InvalidInputError(f"{text!r} is not a valid image reference")
    return Reference(Repository(registry, path), tag or ("" if digest else "latest"), digest, text)


def parse_tags(texts: Sequence[str]) -> tuple[Reference, ...]:
    """Read the names that an image will be written to: tags, and all on one registry. Raises InvalidInputError."""
    references = tuple(parse(text) for text in texts)
    if not references:
        raise InvalidInputError("at least one <image> must be given")
    for reference in references:
        if reference.digest:
            raise InvalidInputError(f"{reference} names a digest: an image can only be written to a tag")
    if len({reference.repository.registry for reference in references}) > 1:
        raise InvalidInputError("every <image> must be on the same registry")
    return references


def same_name(one: str, other: str) -> bool:
    """Whether two texts name the same image, whatever digest they pin."""
    try:
        return parse(_without_digest(one)).name == parse(_without_digest(other)).name
    except InvalidInputError:
        return one == other


def _without_digest(text: str) -> str:
    return text.partition("@")[0]
