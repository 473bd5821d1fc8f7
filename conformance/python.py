"""The versions of Python that the suite runs on. Older ones have to be able to read this module."""

from __future__ import annotations

OLDEST, NEWEST = (3, 11), (3, 14)


def refusal(version: tuple[int, int]) -> str:
    """Say in one line why a Python of this version is refused; empty where it is not."""
    if OLDEST <= version <= NEWEST:
        return ""
    promised, given = ("%d.%d to %d.%d" % (*OLDEST, *NEWEST), "%d.%d" % version)  # noqa: UP031 - for old ones
    return f"this suite runs on Python {promised}, not on {given}: make PYTHON=/path/to/python3"
