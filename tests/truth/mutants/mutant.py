"""What a mutant is: the reference lifecycle with a single fault, and the requirement that has to notice."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import tomli_w

from fixtures.cleanup.sweep import private_directory
from fixtures.lifecycle.targets.reference import second_platform
from fixtures.oci.platforms import host_platform
from suites.requirements.catalogue import load
from tests.support.plugins import own_architecture, reference_elsewhere
from tests.support.runs import (
    EMBEDDED,
    NO_ENGINE,
    REFERENCE,
    ROOT,
    Run,
    executor_of_reference,
    run_suite,
    wrapped_reference,
)

PACKAGE = "reference_lifecycle"

TRACER = ROOT / "tests" / "truth" / "mutants" / "traced.py"

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


@dataclass(frozen=True)
class Asked:
    """What a run of the suite is told, so that it judges a copy of the reference lifecycle."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str]


def asked(copy: Path, directory: Path, platform_source: str, *, traced: bool = False) -> Asked:
    """Tell how to judge a copy that learns its build platform in this way; if traced, it leaves which lines it ran.

    What goes by the detector's environment has to run as two architectures, which scripts are not of.
    """
    through = [str(TRACER)] if traced else []
    if platform_source == "recorded":
        arguments = (
            *("--lifecycle", _profile("reference", directory, platform_source)),
            *("-p", reference_elsewhere.__name__, "-p", own_architecture.__name__),
        )
        both = f"{host_platform()},{second_platform()}"
        told = {reference_elsewhere.AT: str(copy), reference_elsewhere.THROUGH: shlex.join(through)}
        return Asked(arguments, {**NO_ENGINE, **told, "CONFORMANCE_ARCH": both})
    programs = wrapped_reference(directory / "programs", {}, copy, (sys.executable, "-IS", *through))
    target = f"dir:{programs}"
    if platform_source != "runtime":
        target = _profile(target, directory, platform_source)
    return Asked(("--lifecycle", target), NO_ENGINE)


def _profile(target: str, directory: Path, platform_source: str) -> str:
    profile = directory / "profile.toml"
    settings = {"CNB_REFERENCE_PLATFORM_SOURCE": platform_source}
    document = {"target": target, "platform-source": platform_source, "environment": settings}
    profile.write_text(tomli_w.dumps(document))
    return str(profile)


def can_be_judged(platform_source: str) -> bool:
    """Whether this machine has what it takes: for `recorded`, a second architecture that the reference can run as."""
    if platform_source != "recorded":
        return True
    with private_directory("runnable") as scratch:
        return executor_of_reference(second_platform(), scratch) is not None


@cache
def source_of(mutant: Mutant) -> str:
    """Give how the mutant learns its build platform: in the way that the requirement is about."""
    return load()[mutant.killed_by].applies_to or "runtime"


def made(mutant: Mutant, directory: Path) -> Asked:
    """Make the mutant in a directory, and tell how to judge it."""
    copy = copy_of_reference(directory / "mutant")
    mutant.apply(copy)
    return asked(copy, directory, source_of(mutant))


def judge(mutant: Mutant, directory: Path) -> Run:
    """Judge a mutant by the requirement that has to notice it, up to the first case that does."""
    told = made(mutant, directory)
    return run_suite(
        directory / "run",
        *EMBEDDED,
        *told.arguments,
        *("--only", mutant.killed_by),
        *("-p", "tests.support.plugins.first_kill"),
        *("--examples", EXAMPLES),
        places=places_of(mutant.killed_by),
        environment=told.environment,
    )


def places_of(requirement: str) -> list[str]:
    """Give the files that hold a test of a requirement: to collect the others takes longer than to judge one case."""
    named = re.compile(rf'@requirement\("{re.escape(requirement)}"\)')
    found = [path for path in sorted((ROOT / "suites").rglob("test_*.py")) if named.search(path.read_text())]
    return [str(path.relative_to(ROOT)) for path in found]
