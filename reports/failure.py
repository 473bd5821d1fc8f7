"""The report of a case that did not hold, for someone who has never seen the suite."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping

from reports import rerun
from reports.case import Case, RequirementSummary
from reports.evidence import LINES, LONGEST_LINE, Command, Evidence, ImageLine
from reports.text import clip, indent, middle_out, printable

WIDTH = 96

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def message(row: RequirementSummary, case: Case, *, short: bool = False) -> str:
    """Give everything that there is to say of a case; empty for one that passed.

    What is `short` stands below the rule, has few of the requests, and not the command that runs it again.
    """
    if case.evidence:
        return _in_short(case.evidence) if short else render(row, case, case.evidence)
    return "\n\n".join(filter(None, (printable(case.reason), printable(case.trace))))


def render(row: RequirementSummary, case: Case, evidence: Evidence) -> str:
    """Give the evidence as text under headings; long parts lose their middle, commands never lose anything."""
    statement = [*textwrap.wrap(printable(row.statement), WIDTH), f"({printable(row.source)})"]
    return _joined(
        _part(f"{row.id}, {a_level(row.level)}", statement),
        *_what_was_there(evidence),
        _part(
            "What the phase asked of the registry", _short(_named(line, evidence.names) for line in evidence.requests)
        ),
        _part("The end of its output", _short(_output(evidence.commands))),
        _part("To see it again", _lines([rerun.line(case)])),
    )


def a_level(level: str) -> str:
    """Give a level with its article."""
    return f"{'an' if level.startswith(('A', 'E', 'I', 'O', 'U')) else 'a'} {level}"


REQUESTS = 10
"""Requests that are told of in short."""


def _in_short(evidence: Evidence) -> str:
    requests = [line for text in evidence.requests for line in _short([_named(text, evidence.names)])]
    return _joined(
        *_what_was_there(evidence),
        _part("What the phase asked of the registry", [clip(line, _NARROW) for line in middle_out(requests, REQUESTS)]),
        _part("The end of its output", middle_out(_short(_output(evidence.commands)), REQUESTS)),
    )


_NARROW = 160
"""Characters of a request that are told of in short."""


def _what_was_there(evidence: Evidence) -> list[str]:
    return [
        _part("The smallest example that shows it", _lines(evidence.example)),
        _part("The registry held", _short(map(_image, evidence.images))),
        _part("What was run", [f"$ {line}" for line in _lines(map(_command, evidence.commands))]),
        _part("Expected", _short([_named(evidence.expected, evidence.names)])),
        _part("Found", _short([_named(evidence.found, evidence.names)])),
    ]


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def short_digest(digest: str) -> str:
    """Give a digest as it is shown: enough of it to be told from others."""
    return f"{digest[:19]}…"


def _image(line: ImageLine) -> str:
    named = f"    {line.reference} {line.what}" if line.depth else f"{line.reference}  {line.what}"
    return f"{named}  {short_digest(line.digest)}"


def _command(command: Command) -> str:
    return f"{command.line}    # {command.ending}"


def _output(commands: tuple[Command, ...]) -> list[str]:
    return [stream for stream in (commands[-1].stdout, commands[-1].stderr) if stream] if commands else []


def _named(text: str, names: Mapping[str, str]) -> str:
    """Shorten every digest, and say of each what it is of."""
    return short_digests(text, names, "of nothing in the registry")


def short_digests(text: str, names: Mapping[str, str], unknown: str = "") -> str:
    """Shorten every digest of a text, and say of each what it is of, where that is known."""

    def shown(match: re.Match[str]) -> str:
        digest = match.group(0)
        name = names.get(digest, unknown)
        return f"{short_digest(digest)} ({name})" if name else short_digest(digest)

    return _DIGEST.sub(shown, text)


def _lines(lines: Iterable[str]) -> list[str]:
    return [printable(line) for line in lines if line.strip()]


def _short(texts: Iterable[str]) -> list[str]:
    shown = [line.rstrip() for text in texts for line in printable(text).split("\n")]
    while shown and not shown[0].strip():
        shown.pop(0)
    while shown and not shown[-1].strip():
        shown.pop()
    return [clip(line, LONGEST_LINE) for line in middle_out(shown, LINES)]


def _part(heading: str, lines: list[str]) -> str:
    return f"{heading}\n" + indent("\n".join(lines), "    ") if lines else ""
