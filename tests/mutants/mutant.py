"""What a mutant is: the reference lifecycle with a single fault, and the requirement that has to notice."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import tomli_w

from suites.catalogue import load
from tests.runs import EMBEDDED, NO_ENGINE, REFERENCE, ROOT, Run, run_suite, wrapped_reference

PACKAGE = "reference_lifecycle"

EXAMPLES = "300"
"""So many of each property, up to the first that kills."""


@dataclass(frozen=True)
class Mutant:
    """A fault: in `file` of the reference lifecycle stands `new` instead of `old`, and `killed_by` is not fulfilled.

    `explained` says why it breaks so many requirements, where it does: a report on it does not point at the fault.
    """

    name: str
    killed_by: str
    file: str
    old: str
    new: str
    explained: str = ""

    def __str__(self) -> str:
        return self.name

    def apply(self, lifecycle: Path) -> None:
        """Change a copy of the reference lifecycle. Raises StaleMutant where `old` does not stand there once."""
        path = lifecycle / PACKAGE / self.file
        text = path.read_text(encoding="utf-8")
        if text.count(self.old) != 1:
            raise StaleMutant(
                f"{self.name}: {self.file} holds this {text.count(self.old)} times, not once; "
                f"rewrite the mutant for what stands there now:\n{self.old}"
            )
        path.write_text(text.replace(self.old, self.new), encoding="utf-8")


class StaleMutant(Exception):
    """The reference lifecycle no longer holds what the mutant changes."""


def copy_of_reference(directory: Path) -> Path:
    """Copy the reference lifecycle, and give where it is."""
    return Path(shutil.copytree(REFERENCE, directory, ignore=shutil.ignore_patterns(".*_cache")))


def profile_of(programs: Path, platform_source: str) -> str:
    """Give what to say as --lifecycle for a reference lifecycle that learns its build platform in this way."""
    if platform_source == "runtime":
        return f"dir:{programs}"
    profile = programs.with_suffix(".toml")
    settings = {"CNB_REFERENCE_PLATFORM_SOURCE": platform_source}
    document = {"target": f"dir:{programs}", "platform-source": platform_source, "environment": settings}
    profile.write_text(tomli_w.dumps(document))
    return str(profile)


@cache
def source_of(mutant: Mutant) -> str:
    """Give how the mutant learns its build platform: in the way that the requirement is about."""
    return load()[mutant.killed_by].applies_to or "runtime"


def target_of(mutant: Mutant, directory: Path) -> str:
    """Make the mutant in a directory, and give what to say as --lifecycle for it."""
    copy = copy_of_reference(directory / "mutant")
    mutant.apply(copy)
    programs = wrapped_reference(directory / "programs", {}, reference=copy)
    return profile_of(programs, source_of(mutant))


def judge(mutant: Mutant, directory: Path) -> Run:
    """Judge a mutant by the requirement that has to notice it, up to the first case that does."""
    return run_suite(
        directory / "run",
        *EMBEDDED,
        *("--lifecycle", target_of(mutant, directory), "--only", mutant.killed_by),
        *("-p", "tests.plugins.first_kill"),
        *("--examples", EXAMPLES),
        places=places_of(mutant.killed_by),
        environment=NO_ENGINE,
    )


def places_of(requirement: str) -> list[str]:
    """Give the files that hold a test of a requirement: to collect the others takes longer than to judge one case."""
    named = re.compile(rf'@requirement\("{re.escape(requirement)}"\)')
    found = [path for path in sorted((ROOT / "suites").rglob("test_*.py")) if named.search(path.read_text())]
    return [str(path.relative_to(ROOT)) for path in found]
