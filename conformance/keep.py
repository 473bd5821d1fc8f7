"""`--keep`: what cases that did not hold had in registry and workspace stays, for somebody to look at.

A worker writes down what the phases of such a case were told is in the registry, as it was before them, and leaves the
workspaces. When the run is over, a process of its own (`conformance.keeper`) serves that at the same addresses: the
commands that were run can be run again.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest

from conformance.plan import Plan
from conformance.storages import Opened
from fixtures.cleanup import files
from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.paths import ROOT
from fixtures.storage.scope import StorageScope
from reports.text import printable

KEPT = pytest.StashKey[str]()
"""Names a case that is to be kept."""

FOLDER = "kept"
"""Where in the private directory of a run it is written down."""

MOST = 10
"""Cases that a worker keeps: each has files of a few hundred kilobytes."""

SHOWN = 1
"""Cases whose commands are printed; those of all are in a file."""

_LISTED = "commands.txt"
_LARGEST = 1024 * 1024


class KeptCase(msgspec.Struct):
    """A case: its name, what to look at, and what was run."""

    name: str
    images: tuple[str, ...]
    commands: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """Give the commands that work against what was kept, under its name."""
        yield printable(self.name)
        yield from (f"  {printable(line)}" for line in self.commands)
        # The directory is one that phases could write to.
        for image in map(printable, self.images):
            host, _, path = image.partition("/")
            repository, _, tag = path.rpartition(":")
            accept = "Accept: application/vnd.oci.image.index.v1+json, */*"
            url = f"http://{host}/v2/{repository}/manifests/{tag}"
            yield f"  {shlex.join(['curl', '-s', '-H', accept, url])}"
            yield f"  {shlex.join(['skopeo', 'inspect', '--raw', '--tls-verify=false', f'docker://{image}'])}"


class Keeping:
    """What one worker keeps."""

    def __init__(self, plan: Plan, worker: str) -> None:
        self._folder = Path(plan.directory) / FOLDER
        self._worker = worker
        self._count = 0

    def keep(self, name: str, opened: Opened, storage: StorageScope, lifecycle: Lifecycle) -> bool:
        """Write down what there is of a case; say whether it was: not more than MOST are, and none on a full disk."""
        if self._count >= MOST:
            return False
        self._count += 1
        try:
            return self._written(name, opened, storage, lifecycle)
        except OSError:
            return False

    def _written(self, name: str, opened: Opened, storage: StorageScope, lifecycle: Lifecycle) -> bool:
        self._folder.mkdir(exist_ok=True)
        written = {ref: run.after[ref] for run in lifecycle.runs for ref in run.outputs if ref in run.changes}
        content = opened.kept(storage, {ref: str(identity) for ref, identity in written.items() if identity})
        if content is None:
            return False
        content.write(self._folder / f"{self._worker}-{self._count}.content")
        images = tuple(
            f"{content.address}/{repository}:{tag}"
            for repository, each in content.repositories.items()
            for tag in each.tags
        )
        case = KeptCase(name, images, tuple(run.shell for run in lifecycle.runs))
        files.write(self._folder / f"{self._worker}-{self._count}.case", msgspec.json.encode(case), 0o600)
        return True


def stay(directory: Path) -> str:
    """Have the registry of the cases that were kept up, and say how to look at them and how to end it.

    It is empty where none was kept. Raises OSError where it can't be had up.
    """
    folder = directory / FOLDER
    cases = list(_cases(folder))
    if not cases:
        return ""
    keeper = subprocess.Popen(
        [sys.executable, "-m", "conformance.keeper", str(directory)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert keeper.stdout is not None, "it is a pipe"
    with keeper.stdout:
        answer = keeper.stdout.readline().strip()
    keeper.wait()
    if not answer.isdecimal():
        raise OSError(f"nothing can be kept: {answer or 'what was to serve it ended'}")
    listed = folder / _LISTED
    text = "\n".join(line for case in cases for line in case.lines())
    files.write(listed, f"{text}\n")
    shown = [line for case in cases[:SHOWN] for line in case.lines()]
    rest = f"the commands of all are in {listed}" if len(cases) > SHOWN else f"also in {listed}"
    what = "1 case" if len(cases) == 1 else f"{len(cases)} cases"
    return "\n".join([f"kept until `kill {answer}`: registry and workspaces of {what}; {rest}", *shown])


def _cases(folder: Path) -> Iterator[KeptCase]:
    for path in sorted(folder.glob("*.case")):
        with suppress(OSError, ValueError):
            yield msgspec.json.decode(files.read(path, _LARGEST), type=KeptCase)
