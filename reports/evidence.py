"""Why a case did not hold, as data: what was there, what was run, what was expected and what was found.

Whoever makes an Evidence caps it (`capped`, `ends`); who renders it shortens digests and makes text fit to be shown.
"""

from __future__ import annotations

import msgspec

from reports.text import clip, middle_out, well_formed

LINES = 30
"""How many lines of a part are kept: the first and the last."""

LONGEST_LINE = 400
"""Characters of a line that are shown."""

_KEPT = 2000
"""Characters of a line that are kept: digests in it are yet to be shortened."""


class ImageLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An image or index that the storage held, or (`depth` 1) a child of the index before it.

    `reference` is its name, or its place in the index; `what` its platform and its kind; `digest` that of its manifest.
    """

    depth: int
    reference: str
    what: str
    digest: str


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A run of a phase: the shell line that runs it again, how it ended, and the ends of its streams.

    `status` is the exit status, negative for a signal, None where the deadline ended it; `ending` says it in words.
    """

    phase: str
    line: str
    status: int | None
    ending: str
    seconds: float
    stdout: str = ""
    stderr: str = ""


class Evidence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a case that did not hold rests on.

    `commands` are in the order in which they were run, `requests` are those of the last one, a line each. `example` is
    the code of the example that failed, of a case that has several. `names` says what each digest is of that occurs in
    the texts; of nothing in the storage is what has no name.
    """

    expected: str
    found: str
    images: tuple[ImageLine, ...] = ()
    commands: tuple[Command, ...] = ()
    requests: tuple[str, ...] = ()
    example: tuple[str, ...] = ()
    names: dict[str, str] = {}


def capped(text: str) -> str:
    """Give a text of at most LINES lines, none endless and without lone surrogates."""
    return "\n".join(clip(line, _KEPT) for line in middle_out(well_formed(text).split("\n"), LINES))


def ends(stdout: str, stderr: str, limit: int = LINES) -> tuple[str, str]:
    """Give two streams that together have at most `limit` lines, three or more; what is cut is the middle of each."""
    out, err = (_lines(stream) for stream in (stdout, stderr))
    if len(out) + len(err) > limit:
        err = middle_out(err, max(limit // 2, limit - len(out)))
        out = middle_out(out, limit - len(err))
    return "\n".join(out), "\n".join(err)


def _lines(stream: str) -> list[str]:
    text = well_formed(stream).strip()
    return [clip(line, LONGEST_LINE) for line in text.split("\n")] if text else []
