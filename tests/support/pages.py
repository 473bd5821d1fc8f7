"""Pages of the documentation: the commands that they show, and a place to run these as they stand."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from fixtures.oci.platforms import host_platform
from tests.support.runs import NO_ENGINE, ROOT, wrapped_reference, write_program
from tests.truth.mutants.mutant import copy_of_reference
from tests.truth.mutants.rebaser import target

FAULT = "variant-dropped-at-a-rebase"
"""What is wrong with the lifecycle that the pages speak of: the requirement that they name does not hold."""

_BLOCK = re.compile(r"^ *```console\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_STATUS = re.compile(r"# exit status (\d+)$")

START = f'import sys; sys.path.insert(0, "{ROOT}"); from conformance.cli import main; main()'
ENDINGS = {"run": (0, 1, 6), "merge": (0, 1, 6), "doctor": (0, 6)}
"""How a command may end whose page does not say how: nothing is broken, and nothing is wrong usage."""

COMMAND = f"""#!/bin/sh
exec {shlex.quote(sys.executable)} -P -c {shlex.quote(START)} "$@"
"""
DRY_MAKE = f"""#!/bin/sh
exec /usr/bin/env PATH=/usr/local/bin:/usr/bin:/bin make --dry-run -C {shlex.quote(str(ROOT))} "$@"
"""
"""Tells what make would do, so that variables and goals are looked at: what it does itself, other tests see."""

PIPX = """#!/bin/sh
[ "$1" = install ] && [ -f "$2/pyproject.toml" ]
"""


@dataclass(frozen=True)
class Shown:
    """A command of a page, and the status that the page says that it ends with; None where it says none."""

    line: str
    status: int | None


def commands_of(page: Path) -> list[Shown]:
    """Give the commands of the console blocks of a page, in order."""
    lines = [line.strip() for block in _BLOCK.findall(page.read_text()) for line in block.splitlines()]
    shown = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    assert len(shown) == len([line for line in lines if line]), "a console block holds commands alone, after $"
    return [Shown(line, int(found[1]) if (found := _STATUS.search(line)) else None) for line in shown]


@dataclass(frozen=True)
class Place:
    """A directory with what the pages name in it: a lifecycle with a fault, its target file, a checkout, commands."""

    directory: Path

    @classmethod
    def made(cls, directory: Path) -> Place:
        """Make it."""
        work = directory / "work"
        for path in (work, directory / "bin", directory / "tmp"):
            path.mkdir()
        copy = copy_of_reference(directory / "reference")
        next(mutant for mutant in target.MUTANTS if mutant.name == FAULT).apply(copy)
        wrapped_reference(work / "lifecycle", {}, copy)
        (work / "my-lifecycle.toml").write_text('target = "dir:lifecycle"\n')
        (work / "lifecycle-conformance").symlink_to(ROOT)
        entry = '[[known-failure]]\nrequirement = "rebaser-target-kept"\nreason = "As of today."\n'
        (work / "known.toml").write_text(f'schema = "lifecycle-conformance/known-failures/1"\n{entry}')
        for name, text in (("lifecycle-conformance", COMMAND), ("make", DRY_MAKE), ("pipx", PIPX)):
            write_program(directory / "bin" / name, text)
        return cls(directory)

    def run(self, shown: Shown) -> subprocess.CompletedProcess[str]:
        """Run a command as it stands; what is judged is one requirement, which makes it quick."""
        line = shown.line.replace("amd64", host_platform().architecture)
        return subprocess.run(
            ["/bin/sh", "-c", line],
            cwd=self.directory / "work",
            env={
                "PATH": f"{self.directory / 'bin'}:/usr/local/bin:/usr/bin:/bin",
                "HOME": str(self.directory),
                "TMPDIR": str(self.directory / "tmp"),
                "CONFORMANCE_ONLY": "rebaser-target-kept",
                "CONFORMANCE_REGISTRY": "embedded",
                "PYTEST_ADDOPTS": "-n 0",
                "GITHUB_STEP_SUMMARY": str(self.directory / "summary.md"),
                **NO_ENGINE,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )

    def tell_as_whole(self) -> None:
        """Have results say that nothing was left out: what is made of those of a whole run is made of them too."""
        for path in (self.directory / "work").glob("*/results.json"):
            document = json.loads(path.read_text())
            if document["scope"]["shard"] is None:
                document["scope"] |= {"narrowed": False, "by": []}
                path.write_text(json.dumps(document))


def work_as_they_stand(page: Path, place: Place) -> None:
    """Check that each command of a page ends as the page says, or as such a command may."""
    shown = commands_of(page)
    assert shown
    for command in shown:
        done = place.run(command)
        assert done.returncode in _endings_of(command), f"{command.line}\n{done.stdout}{done.stderr}"
        place.tell_as_whole()


def _endings_of(command: Shown) -> tuple[int, ...]:
    name, word = command.line.split()[:2]
    usual = ENDINGS.get(word, (0,)) if name == "lifecycle-conformance" else (0,)
    return usual if command.status is None else (command.status,)
