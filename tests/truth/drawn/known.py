"""What is known of faults that no case kills, and of statements that no case runs: known.toml and unrun.toml.

Both name functions by their text, never by lines: where a function changes, what was said of it has to be said anew.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.truth.drawn.faults import Fault

HERE = Path(__file__).parent

VERDICTS = {
    "equivalent": "the outputs are the same, or differ in what nobody reads",
    "unreachable": "shows on other machines, or in settings that the default run has not",
    "open": "no text demands what is changed: nobody is to be accused",
    "gap": "a case ought to see it: the reason names the row that will",
}


@dataclass(frozen=True)
class Survivor:
    """A fault that survives, and why."""

    key: str
    where: str
    verdict: str
    reason: str


@cache
def survivors() -> Mapping[str, Survivor]:
    """Give the known survivors by key. Raises ValueError where the file is not as it should be."""
    return read((HERE / "known.toml").read_text(encoding="utf-8"))


def read(text: str) -> dict[str, Survivor]:
    """Read a file of survivors: `where`, `verdict`, `reason` and the `keys` of the faults. Raises ValueError."""
    found: dict[str, Survivor] = {}
    for entry in tomllib.loads(text).get("survivors", []):
        if entry["verdict"] not in VERDICTS or not entry["reason"].strip():
            raise ValueError(f"{entry['where']}: a verdict of {', '.join(VERDICTS)} is needed, and a reason")
        for key in entry["keys"]:
            if key in found:
                raise ValueError(f"{key} is there twice")
            found[key] = Survivor(key, entry["where"], entry["verdict"], entry["reason"])
    return found


def stale(known: Mapping[str, Survivor], faults: Iterable[Fault]) -> Iterator[str]:
    """Tell of entries that are about no fault of today's code."""
    places = {fault.key: f"{fault.file} {fault.unit}" for fault in faults}
    for key, survivor in known.items():
        if key not in places:
            yield f"{key} ({survivor.where}) is stale: what it is about has changed; look again at what survives there"
        elif places[key] != survivor.where:
            yield f"{key} is about {places[key]}, not about {survivor.where}"


Statement = tuple[str, str, str]
"""A file, a function, and the first line of a statement of it."""


@cache
def unrun() -> Mapping[Statement, str]:
    """Give the statements that no case is known to run, with the reason."""
    document = tomllib.loads((HERE / "unrun.toml").read_text(encoding="utf-8"))
    return {
        (entry["file"], entry["function"], line): entry["reason"]
        for entry in document.get("unrun", [])
        for line in entry["statements"]
    }
