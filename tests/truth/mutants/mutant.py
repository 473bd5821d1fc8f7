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
from tests.support.plugins import first_kill, own_architecture, reference_elsewhere
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

AS_USUAL = "30"
"""So many of each property as a run has that is not told how many."""


LEFT_OPEN = "left open"

ORIGINS = {
    "rule": "the opposite of what the requirement asks for, written with it",
    "started": "an app image does not start, or as something else, though its labels look right",
    "generated": "shows in odd indexes and in long histories only: what properties and histories are there for",
    "habit": "what an implementation is likely to do: caches, shortcuts, habits",
    "unseen": "by somebody who knew the requirements and the reference, and not one test; no case noticed it then",
    "unseen again": "of two further such sets: no case noticed it then",
    "drawn": "made by a machine from the code of the reference, and drawn by chance; no case noticed it then",
    "public": "told of in a public bug report: no case noticed it then",
    "published": "a tag leads to an index of the app image",
    LEFT_OPEN: "no text forbids it: nobody who does so is to be accused, and `killed_by` is what comes nearest",
}
"""Where faults come from: what kind of sight they test."""


@dataclass(frozen=True)
class Mutant:
    """A fault: in `file` of the reference lifecycle stands `new` instead of `old`, and `killed_by` is not fulfilled.

    `explained` says why it breaks so many requirements, where it does: a report on it does not point at the fault.
    `origin` is one of ORIGINS. `as_two`: it shows only where the lifecycle runs as two architectures.
    """

    name: str
    killed_by: str
    file: str
    old: str
    new: str
    explained: str = ""
    origin: str = "rule"
    as_two: bool = False

    def __str__(self) -> str:
        return self.name

    def apply(self, lifecycle: Path) -> None:
        """Change a copy of the reference lifecycle. Raises StaleMutant where `old` does not stand there once."""
        path = lifecycle / PACKAGE / self.file
        path.write_text(self.changed(path.read_text(encoding="utf-8")), encoding="utf-8")

    def changed(self, text: str) -> str:
        """Give the text of its file with the fault. Raises StaleMutant where `old` does not stand there once."""
        if text.count(self.old) != 1:
            raise StaleMutant(
                f"{self.name}: {self.file} holds this {text.count(self.old)} times, not once; "
                f"rewrite the mutant for what stands there now:\n{self.old}"
            )
        return text.replace(self.old, self.new)


@cache
def text_of(file: str) -> str:
    """Give the text of a module of the reference lifecycle."""
    return (REFERENCE / PACKAGE / file).read_text(encoding="utf-8")


class StaleMutant(Exception):
    """The reference lifecycle no longer holds what the mutant changes."""


def copy_of_reference(directory: Path) -> Path:
    """Copy the reference lifecycle, and give where it is."""
    return Path(shutil.copytree(REFERENCE, directory, ignore=shutil.ignore_patterns(".*_cache")))


@dataclass(frozen=True)
class Question:
    """What a run of the suite is told, so that it judges a copy of the reference lifecycle."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str]


def asked(copy: Path, directory: Path, platform_source: str, *, traced: bool = False, as_two: bool = False) -> Question:
    """Tell how to judge a copy that learns its build platform in this way; if traced, it leaves which lines it ran.

    What goes by the detector's environment has to run as two architectures, which scripts are not of.
    """
    through = [str(TRACER)] if traced else []
    if platform_source == "recorded" or as_two:
        target = "reference" if as_two else _target_file("reference", directory, platform_source)
        arguments = ("--lifecycle", target, "-p", reference_elsewhere.__name__, "-p", own_architecture.__name__)
        both = f"{host_platform()},{second_platform()}"
        values = {reference_elsewhere.AT: str(copy), reference_elsewhere.THROUGH: shlex.join(through)}
        return Question(arguments, {**NO_ENGINE, **values, "CONFORMANCE_ARCH": both})
    programs = wrapped_reference(directory / "programs", {}, copy, (sys.executable, "-IS", *through))
    target = f"dir:{programs}"
    if platform_source != "runtime":
        target = _target_file(target, directory, platform_source)
    return Question(("--lifecycle", target), NO_ENGINE)


def _target_file(target: str, directory: Path, platform_source: str) -> str:
    file = directory / "target.toml"
    settings = {"CNB_REFERENCE_PLATFORM_SOURCE": platform_source}
    document = {"target": target, "platform-source": platform_source, "environment": settings}
    file.write_text(tomli_w.dumps(document))
    return str(file)


def can_be_judged(mutant: Mutant) -> bool:
    """Whether this machine has what it takes: for some, a second architecture that the reference can run as."""
    if not mutant.as_two and source_of(mutant) != "recorded":
        return True
    return _second_is_here()


@cache
def _second_is_here() -> bool:
    with private_directory("runnable") as scratch:
        return executor_of_reference(second_platform(), scratch) is not None


@cache
def source_of(mutant: Mutant) -> str:
    """Give how the mutant learns its build platform: in the way that the requirement is about."""
    return load()[mutant.killed_by].applies_to or "runtime"


def made(mutant: Mutant, directory: Path) -> Question:
    """Make the mutant in a directory, and tell how to judge it."""
    copy = copy_of_reference(directory / "mutant")
    mutant.apply(copy)
    return asked(copy, directory, source_of(mutant), as_two=mutant.as_two)


def judge(mutant: Mutant, directory: Path, killer: str = "", examples: str = EXAMPLES) -> Run:
    """Judge a mutant by the requirement that has to notice it, up to the first case that does; the killer comes first.

    The name of the one that did is left in the directory: see `killer_of`.
    """
    message = made(mutant, directory)
    return run_suite(
        directory / "run",
        *EMBEDDED,
        *message.arguments,
        *("--only", mutant.killed_by),
        *("-p", first_kill.__name__),
        *("--examples", examples),
        places=places_of(mutant.killed_by),
        environment={
            **message.environment,
            first_kill.KILLER: killer,
            first_kill.KILLED_BY: str(directory / _KILLED_BY),
        },
    )


_KILLED_BY = "killed-by"


def killer_of(directory: Path) -> str:
    """Give the name of the case that killed the mutant that was judged in a directory; empty where none did."""
    path = directory / _KILLED_BY
    return path.read_text() if path.is_file() else ""


def places_of(requirement: str) -> list[str]:
    """Give the files that hold a test of a requirement: to collect the others takes longer than to judge one case."""
    named = re.compile(rf'@requirement\("{re.escape(requirement)}"[,)]')
    return [place for place, text in _texts_of_tests().items() if named.search(text)]


@cache
def _texts_of_tests() -> dict[str, str]:
    found = sorted((ROOT / "suites").rglob("test_*.py"))
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in found}
