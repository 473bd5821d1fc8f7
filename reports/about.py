"""What a verdict is about: the lifecycle, the machine, how far the run was narrowed, and by whose rules it judged."""

from __future__ import annotations

import re
from typing import Annotated

import msgspec

from reports.case import API, NAME

Digest = Annotated[str, msgspec.Meta(pattern="^sha256:[0-9a-f]{64}$")]
Name = Annotated[str, msgspec.Meta(pattern=f"^{NAME}$")]


class SuiteInfo(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The suite that judged."""

    version: Annotated[str, msgspec.Meta(min_length=1)]
    commit: Annotated[
        str,
        msgspec.Meta(
            description="Of the checkout, or that a wheel was built of, with -dirty where files differ; else empty."
        ),
    ] = ""


class CatalogueInfo(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The requirements that it judged by."""

    digest: Annotated[
        Digest, msgspec.Meta(description="Of all requirements as judged by, a user's own rules included.")
    ]


class LifecycleInfo(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The lifecycle under test."""

    target: Annotated[str, msgspec.Meta(description="What was given as --lifecycle.")]
    name: str
    version: str
    platform_apis: tuple[Annotated[str, msgspec.Meta(pattern=f"^{API}$")], ...]
    platforms: Annotated[
        tuple[str, ...], msgspec.Meta(description="What it is judged as where nothing is asked for, as in linux/arm64.")
    ] = ()
    platform_source: Annotated[str, msgspec.Meta(pattern="^(runtime|flag|recorded)$")]
    phases: Annotated[
        tuple[str, ...], msgspec.Meta(description="Whose job it does, where it is no whole lifecycle; else empty.")
    ] = ()
    lacks: Annotated[
        tuple[str, ...], msgspec.Meta(description="Capabilities of a phase that it is said not to have.")
    ] = ()
    bundled: Annotated[
        bool, msgspec.Meta(description="Whether it is the reference lifecycle that comes with the suite.")
    ] = False
    digest: Annotated[
        dict[str, Digest],
        msgspec.Meta(
            description="Of each program, by platform and phase as in linux/amd64/analyzer; of an image, by platform."
        ),
    ] = {}


class ReleaseInfo(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The release under test."""

    target: Annotated[str, msgspec.Meta(description="What was given as --artifacts.")]
    places: Annotated[tuple[str, ...], msgspec.Meta(description="Each with its kind, as in archives:/out.")]
    names: Annotated[str, msgspec.Meta(description="The profile of names that it goes by.")]
    platforms: Annotated[tuple[str, ...], msgspec.Meta(description="What it promises, as in linux/arm64.")]
    digest: Annotated[
        dict[str, Digest], msgspec.Meta(description="Of each archive, image, checkout and folder of programs, by name.")
    ] = {}
    not_started: Annotated[
        dict[str, str], msgspec.Meta(description="Platforms whose programs were not started, and why.")
    ] = {}
    bundled: Annotated[bool, msgspec.Meta(description="Whether it is the release that comes with the suite.")] = False


class EnvironmentInfo(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the lifecycle ran on."""

    host: Annotated[str, msgspec.Meta(description="Operating system and architecture, as in linux/amd64.")]
    registry: str
    abilities: Annotated[
        dict[str, str],
        msgspec.Meta(
            description="What the registry can do, with the reason where it can't; none where it was not tried."
        ),
    ] = {}
    architectures: Annotated[
        dict[str, str], msgspec.Meta(description="How each architecture was run: natively, or by which emulator.")
    ]
    left_out: Annotated[
        dict[str, str], msgspec.Meta(description="Architectures that are judged by default and were not, and why.")
    ] = {}
    notes: Annotated[tuple[str, ...], msgspec.Meta(description="What else the defaults left out, and why.")] = ()


class Shard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The shares that a run is of all that was dealt out."""

    numbers: Annotated[tuple[Annotated[int, msgspec.Meta(ge=1)], ...], msgspec.Meta(min_length=1)]
    of: Annotated[int, msgspec.Meta(ge=1)]
    dealt: Annotated[
        dict[str, int], msgspec.Meta(description="How many cases of each requirement all shares have together.")
    ]
    others: Annotated[
        dict[str, int], msgspec.Meta(description="How many of these the other shares have; they are left out here.")
    ]

    @property
    def name(self) -> str:
        """How it was asked for."""
        return f"--shard={','.join(map(str, self.numbers))}/{self.of}"


class Scope(msgspec.Struct, frozen=True):
    """What a run was asked to judge.

    ``by`` is what narrowed it, as it was given (``--only=index-os``); empty where nothing was left out. ``left_out``
    says of each requirement how many of its cases were left out. ``shard`` is there where the run is a share of one.
    """

    by: tuple[str, ...] = ()
    left_out: dict[str, int] = {}
    shard: Shard | None = None

    @property
    def names(self) -> str:
        """What narrowed it, in few words: options without what was given to them, each once, and paths."""
        options = [re.split("[ =]", each)[0] for each in self.by if each.startswith("-")]
        paths = [each for each in self.by if not each.startswith("-")]
        return ", ".join([*dict.fromkeys(options), *(paths if len(paths) < 2 else [f"{len(paths)} paths"])])


class Drawing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many examples of each property were asked for, and by which seed they were drawn."""

    examples: Annotated[int, msgspec.Meta(ge=0)] = 0
    seed: Annotated[int, msgspec.Meta(ge=0)] = 0


class NotRun(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was not run for one reason. It never counts as passed."""

    reason: str
    requirements: Annotated[tuple[Name, ...], msgspec.Meta(min_length=1)]
    cases: Annotated[int, msgspec.Meta(ge=0, description="How many cases; 0 where it never came to cases.")]


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rules of a user's own: the file, the requirements that it added and those whose rows it changed."""

    file: Annotated[str, msgspec.Meta(min_length=1)]
    added: tuple[Name, ...] = ()
    changed: tuple[Name, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows are not the catalogue's."""
        return len(self.added) + len(self.changed)
