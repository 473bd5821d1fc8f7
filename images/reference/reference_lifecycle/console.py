"""Where the phases speak: information on stdout, warnings and errors on stderr, one line each."""

from __future__ import annotations

import sys


def info(message: str) -> None:
    """Say what the phase does."""
    print(_one_line(message), flush=True)


def warning(message: str) -> None:
    """Say what the platform's operator should know of a phase that goes on."""
    print(f"Warning: {_one_line(message)}", file=sys.stderr, flush=True)


def error(message: str) -> None:
    """Say why the phase ends."""
    print(f"ERROR: {_one_line(message)}", file=sys.stderr, flush=True)


def _one_line(message: str) -> str:
    """Escape what would break the line or the stream: texts from registries and files are anybody's."""
    printable = "".join(character if character.isprintable() else " " for character in message)
    encoding = sys.stderr.encoding or "utf-8"
    return " ".join(printable.split()).encode(encoding, "backslashreplace").decode(encoding)
