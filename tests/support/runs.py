"""Whole runs of the suite as child processes: how they ended, what they printed, what they reported."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

from fixtures.execution.emulation import find_executor
from fixtures.execution.host import HostSpec
from fixtures.lifecycle.targets.reference import interpreters
from fixtures.oci.platforms import Platform, host_platform
from reports.document import schema
from tests.support import forked
from tests.support.forked import Forked

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "images" / "reference"
SUCCEEDS = "#!/bin/sh\nexit 0\n"
"""The program that does nothing, and says that all is well."""
PROGRAMS = ("analyzer", "detector", "exporter", "rebaser", "launcher")

EMBEDDED = ("--registry", "embedded")
"""The registry that needs nothing installed and starts at once."""

NO_ENGINE = {"DOCKER_HOST": "unix:///no/such/docker.sock"}
"""Environment of runs that no Docker engine has a part in: skopeo reads the same, in a twentieth of the time."""

QUICK = ("-q", "--tb=no", "-p", "no:faulthandler", "--examples", "3")
"""What every run is spared."""

_KEPT_BACK = ("CONFORMANCE_", "PYTEST_", "DOCKER_", "PYTHONDONTWRITEBYTECODE")
"""How variables begin that no run inherits: where compiled modules are kept, only the first run compiles the suite."""


@dataclass(frozen=True)
class Case:
    """One case of a run, as results.json tells it."""

    id: str
    requirement: str
    verdict: str
    message: str


@dataclass(frozen=True)
class Run:
    """A run of the suite that has ended; `document` is its results.json, None where it wrote none."""

    status: int
    output: str
    document: Mapping[str, Any] | None

    @property
    def results(self) -> Mapping[str, Any]:
        """The results.json. Fails the test where there is none."""
        assert self.document is not None, f"no results.json; exit status {self.status}\n{self.output}"
        return self.document

    @property
    def verdict(self) -> str:
        """The verdict on the lifecycle."""
        return str(self.results["verdict"])

    @property
    def cases(self) -> list[Case]:
        """Every case."""
        keys = ("id", "requirement", "verdict", "message")
        return [Case(*(case[key] for key in keys)) for case in self.results["cases"]]

    def verdicts(self) -> dict[str, str]:
        """Give the verdict of each requirement."""
        return {row["id"]: row["verdict"] for row in self.results["requirements"]}

    def verdicts_of_cases(self) -> dict[str, str]:
        """Give the verdict of each case."""
        return {case.id: case.verdict for case in self.cases}

    def judged(self) -> set[str]:
        """Give the requirements that had anything to do with this run."""
        return {name for name, verdict in self.verdicts().items() if verdict not in ("not-run", "not-applicable")}


def run_suite(
    directory: Path,
    *arguments: str,
    places: Sequence[str] = ("suites",),
    environment: Mapping[str, str | None] | None = None,
    seconds: float = 300,
) -> Run:
    """Run the suite to its end, with its reports and its temporary files in a directory.

    Whatever the options, results.json has to follow its schema, and nothing may be left in the temporary directory.
    """
    with started(directory, *arguments, places=places, environment=environment) as running:
        return running.end(seconds)


@dataclass(frozen=True)
class Running:
    """A run of the suite that is under way, in a process group of its own."""

    process: subprocess.Popen[str] | Forked
    directory: Path

    def interrupt(self) -> None:
        """Do what Ctrl-C does: signal every process of the group."""
        os.killpg(self.process.pid, signal.SIGINT)

    def terminate(self) -> None:
        """Do what a CI system does that gives up: signal the process that it started."""
        self.process.terminate()

    def end(self, seconds: float = 300) -> Run:
        """Wait for the end. Fails the test where it does not come, or leaves something behind."""
        output, _ = self.process.communicate(timeout=seconds)
        report = self.directory / "reports" / "results.json"
        document = json.loads(report.read_text()) if report.is_file() else None
        if document is not None:
            _validator().validate(document)
        left = sorted(path.name for path in (self.directory / "tmp").iterdir())
        assert not left, f"left in the temporary directory: {left}\n{output}"
        return Run(self.process.wait(), output, document)


@contextlib.contextmanager
def started(
    directory: Path,
    *arguments: str,
    places: Sequence[str] = ("suites",),
    environment: Mapping[str, str | None] | None = None,
    prefix: Sequence[str] = (),
    owner: int | None = None,
    deaf: bool = False,
) -> Iterator[Running]:
    """Start a run of the suite; what still runs of it at the end of the block is killed.

    A variable of the environment that is None is not set. `prefix` is what its command line begins with, and `owner`
    whose the directory is to be. It hears SIGINT, whether or not these tests do, unless it is to be `deaf` as the
    background job of a script is.
    """
    (directory / "tmp").mkdir(parents=True)
    if owner is not None:
        for path in (directory, directory / "tmp"):
            os.chown(path, owner, owner)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_KEPT_BACK)}
    variables = {
        **inherited,
        "TMPDIR": str(directory / "tmp"),
        "CONFORMANCE_REPORT_DIR": str(directory / "reports"),
        "COLUMNS": "200",
        # What a second architecture does is asked for by the tests that want to know.
        "CONFORMANCE_ARCH": str(host_platform()),
        **(environment or {}),
    }
    command = [*places, *QUICK, *arguments]
    given = {name: value for name, value in variables.items() if value is not None}
    process: subprocess.Popen[str] | Forked
    if prefix or deaf or _AFRESH.get() or not forked.AVAILABLE or _decided_at_start(given):
        with _hearing(signal.SIGINT, ignored=deaf):
            process = _started([*prefix, sys.executable, "-m", "pytest", *command], given)
    else:
        process = Forked(command, given)
    try:
        yield Running(process, directory)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdout:
            process.stdout.close()


def lifecycle_of_scripts(directory: Path, script: str) -> Path:
    """Make a lifecycle whose programs are all the same script, and give its directory."""
    directory.mkdir(parents=True)
    for program in PROGRAMS:
        write_program(directory / program, script)
    return directory


def write_program(path: Path, script: str) -> None:
    """Write an executable script."""
    path.write_text(script)
    path.chmod(0o755)


def wrapped_reference(
    directory: Path,
    before: Mapping[str, str],
    reference: Path = REFERENCE,
    interpreter: Sequence[str] = (sys.executable, "-IS"),
) -> Path:
    """Make a lifecycle that is the reference, with shell commands that its programs (the keys) run first."""
    directory.mkdir(parents=True)
    for program in PROGRAMS:
        if program == "launcher":
            # It goes into app images, and by its own name finds out what to start there.
            shutil.copy(reference / program, directory / program)
            continue
        # Isolated, as the suite starts the reference itself: each start is 25 ms faster.
        call = f'exec {shlex.join([*interpreter, str(reference / program)])} "$@"'
        write_program(directory / program, f"#!/bin/sh\n{before.get(program, ':')}\n{call}\n")
    return directory


def counted(directory: Path) -> str:
    """Give a shell command that sets `n` to how often it has run in a directory, also where two run at a time."""
    return f"n=1; until mkdir {directory}/call-$n 2> {os.devnull}; do n=$((n+1)); done"


def executor_of_reference(platform: Platform, scratch: Path) -> HostSpec | None:
    """Give how the reference lifecycle is run here as a platform, None where it can't be."""
    return find_executor(platform, scratch) if platform in interpreters() else None


def processes_in(directory: Path) -> list[str]:
    """Give the command lines of the living processes that work in a directory or below it (Linux)."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            # Of a directory that was removed, the link says so behind its name.
            if str((process / "cwd").readlink()).startswith(str(directory)):
                found.append((process / "cmdline").read_text().replace("\0", " "))
    return found


@contextlib.contextmanager
def started_afresh() -> Iterator[None]:
    """Start the runs in this block as users do, and do not fork them of a process that is there."""
    token = _AFRESH.set(True)
    try:
        yield
    finally:
        _AFRESH.reset(token)


_AFRESH: ContextVar[bool] = ContextVar("started afresh", default=False)


def _decided_at_start(environment: Mapping[str, str]) -> bool:
    """Whether a run is to have another environment than this process of what Python reads only as it starts."""
    names = {name for name in {*environment, *os.environ} if name.startswith(("PYTHON", "LC_", "LANG"))}
    return any(environment.get(name) != os.environ.get(name) for name in names - {"PYTHONDONTWRITEBYTECODE"})


def _started(command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )


@contextlib.contextmanager
def _hearing(number: int, *, ignored: bool) -> Iterator[None]:
    """Start no process in this block that ignores a signal, or only such: it is what a child inherits."""
    before = signal.signal(number, signal.SIG_IGN if ignored else signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(number, before)


@cache
def _validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema())
