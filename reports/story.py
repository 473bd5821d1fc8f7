"""The story of a case that did not pass, told to someone who has never seen the suite."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from reports.text import clip, indent, middle_out, printable

WIDTH = 96
LONGEST_LINE = 400
LONGEST_PART = 30


@dataclass(frozen=True)
class Story:
    """What was asked for, what the world was, what was run and what came of it.

    ``example`` is the code of the example that failed, of a case that has several. ``held`` says what the registry
    held, ``ran`` the commands (each pasteable), ``requests`` what the phase asked of the registry, each one line an
    entry; ``output`` is the end of its streams. A part that is empty is not told.
    """

    requirement: str
    level: str
    statement: str
    source: str
    example: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    ran: tuple[str, ...] = ()
    expected: str = ""
    found: str = ""
    requests: tuple[str, ...] = ()
    output: str = ""
    reproduce: str = ""

    def render(self) -> str:
        """Give the story as text under headings; long parts lose their middle, commands never lose anything."""
        rule = [*textwrap.wrap(printable(self.statement), WIDTH), f"({printable(self.source)})"]
        parts = [
            _part(f"{self.requirement}, a {self.level}", rule),
            _part("The smallest example that shows it", _lines(self.example)),
            _part("The registry held", _short(self.held)),
            _part("What was run", [f"$ {line}" for line in _lines(self.ran)]),
            _part("Expected", _short((self.expected,))),
            _part("Found", _short((self.found,))),
            _part("What the phase asked of the registry", _short(self.requests)),
            _part("The end of its output", _short((self.output,))),
            _part("To see it again", _lines((self.reproduce,))),
        ]
        return "\n\n".join(part for part in parts if part)


def _lines(lines: tuple[str, ...]) -> list[str]:
    return [printable(line) for line in lines if line.strip()]


def _short(texts: tuple[str, ...]) -> list[str]:
    shown = [line.rstrip() for text in texts for line in printable(text).split("\n")]
    while shown and not shown[0].strip():
        shown.pop(0)
    while shown and not shown[-1].strip():
        shown.pop()
    return [clip(line, LONGEST_LINE) for line in middle_out(shown, LONGEST_PART)]


def _part(heading: str, lines: list[str]) -> str:
    return f"{heading}\n" + indent("\n".join(lines), "    ") if lines else ""
