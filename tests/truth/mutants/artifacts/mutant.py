"""What a faulty release is: the reference's release with a single fault, and the requirement that has to notice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ReleaseMutant:
    """A fault: `change` is given the directory of the reference's release, and `killed_by` is not fulfilled then.

    The directory has what `fixtures.artifacts.reference` makes: `dist` with the archives. `place` is the part of it
    that is named to the suite, as in `release:dist`. `origin` is one of ORIGINS of the mutants of the lifecycle.
    """

    name: str
    killed_by: str
    change: Callable[[Path], None]
    place: str = "release:dist"
    origin: str = "rule"

    def __str__(self) -> str:
        return self.name
