"""What a verdict is about: the lifecycle, the machine, how far the run was narrowed, and by whose rules it judged."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NotRequired, TypedDict


class LifecycleInfo(TypedDict):
    """The lifecycle under test, as results.json names it; ``bundled``: the reference that comes with the suite."""

    target: str
    name: str
    version: str
    platform_apis: list[str]
    platform_source: str
    bundled: NotRequired[bool]


class EnvironmentInfo(TypedDict):
    """The machine and the registry; ``left_out`` and ``notes`` say what the defaults left out, and why.

    ``left_out`` holds the architectures that would have been judged, had this machine been able to run them.
    """

    host: str
    registry: str
    architectures: dict[str, str]
    left_out: NotRequired[dict[str, str]]
    notes: NotRequired[list[str]]


@dataclass(frozen=True)
class Scope:
    """What a run was asked to judge.

    ``by`` is what narrowed it, as it was given (``--only=index-os``); empty where nothing was left out. ``left_out``
    says of each requirement how many of its cases were left out.
    """

    by: tuple[str, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def names(self) -> str:
        """What narrowed it, in few words: options without what was given to them, each once, and paths."""
        options = [re.split("[ =]", each)[0] for each in self.by if each.startswith("-")]
        paths = [each for each in self.by if not each.startswith("-")]
        return ", ".join([*dict.fromkeys(options), *(paths if len(paths) < 2 else [f"{len(paths)} paths"])])


@dataclass(frozen=True)
class Rules:
    """The rules of a user's own: the file, the requirements that it added and those whose rows it changed."""

    file: str
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows are not the catalogue's."""
        return len(self.added) + len(self.changed)
