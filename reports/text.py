"""Text of unknown origin made fit to be shown: no control of a terminal, nothing that XML forbids, no endless parts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

# Control, format (it can turn the direction of text), lone surrogates, what is no character, and line breaks.
_UNFIT = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})


def printable(text: str) -> str:
    r"""Make everything visible that is not: ESC becomes ``\x1b``; only line feed and tab stay as they are.

    The output is fit for a terminal (no escape sequences, no overwritten lines, no text that reads backwards) and for
    XML 1.0.
    """
    text = text.replace("\r\n", "\n")
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text
    return "".join(
        char if char in "\n\t" or unicodedata.category(char) not in _UNFIT else _escape(char) for char in text
    )


def well_formed(text: str) -> str:
    r"""Escape what no file and no JSON may hold: a lone surrogate becomes ``\udcff``. Done where text is captured."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def one_line(text: str) -> str:
    """Make text printable and put it on one line."""
    return " ".join(printable(text).split())


def middle_out(lines: Sequence[str], limit: int) -> list[str]:
    """Give at most ``limit`` lines (three or more): the first, the last, and in between how many were left out."""
    if len(lines) <= limit:
        return list(lines)
    head = (limit - 1) // 2
    tail = limit - 1 - head
    return [*lines[:head], f"… {len(lines) - head - tail} lines left out …", *lines[-tail:]]


def clip(line: str, limit: int) -> str:
    """Give a line of at most ``limit`` characters, the middle left out where it is too long."""
    if len(line) <= limit:
        return line
    head = (limit - 3) * 2 // 3
    return f"{line[:head]} … {line[len(line) - (limit - 3 - head) :]}"


def indent(text: str, by: str) -> str:
    """Put ``by`` before every line that is not empty."""
    return "\n".join(by + line if line.strip() else "" for line in text.split("\n"))


def nearest(word: str, known: Iterable[str]) -> str:
    """Give the known word that was likely meant; empty where none is near."""
    return next(iter(get_close_matches(word, list(known), 1)), "")


def counted(number: int, one: str, many: str) -> str:
    """Give a number of things with their name; nothing where there are none."""
    return f"{number} {one if number == 1 else many}" if number else ""
