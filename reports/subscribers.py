"""Who is told of a run: each report is a file of its own, and a line in `reports.every`."""

from __future__ import annotations

import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, TextIO

from reports.case import Case
from reports.results import Results


@dataclass
class Written:
    """What came of the reports so far: the files that were written, and why one could not be; empty where all could."""

    paths: list[Path] = field(default_factory=list)
    trouble: str = ""


@dataclass(frozen=True)
class ReportOptions:
    """What a report is made with.

    `directory` is where files are written, None where none are; `say` takes text for the terminal, which is `width`
    columns wide and in color if so; `line` takes a line on how far the run is, of `total` cases. `planned` gives the
    number of cases of each phase, `phases` the phase of each requirement. `screen` is the terminal where something may
    be drawn again and again, None where there is none. `verbose` asks for everything. `written` is what came of the
    reports before this one, known once the run is over.
    """

    directory: Path | None = None
    say: Callable[[str], None] = print
    width: int = 100
    color: bool = False
    verbose: bool = False
    line: Callable[[str], None] = print
    total: Callable[[], int] = lambda: 0
    planned: Callable[[], Mapping[str, int]] = dict
    phases: Callable[[], Mapping[str, str]] = dict
    screen: TextIO | None = None
    written: Written = field(default_factory=Written)


class Report(ABC):
    """A report of one run. `file` is the name of what it writes into the directory; empty where it writes nothing."""

    file: ClassVar[str] = ""

    def __init__(self, options: ReportOptions) -> None:
        self.options = options

    def case_finished(self, case: Case) -> None:  # noqa: B027 - most reports wait for the end
        """Take note of a case, as it ends."""

    def cases_over(self) -> None:  # noqa: B027 - most reports draw nothing
        """Leave the terminal to others: no case follows."""

    @abstractmethod
    def run_finished(self, results: Results) -> Path | None:
        """Tell what a run came to, and give the file that was written. Raises OSError, ValueError where it can't be."""


class FileReport(Report):
    """A report that is one file in the directory of reports."""

    @abstractmethod
    def render(self, results: Results) -> bytes:
        """Give the content of the file."""

    def run_finished(self, results: Results) -> Path | None:
        """Write the file, whole or not at all."""
        directory = self.options.directory
        return write_whole(directory / self.file, self.render(results)) if directory else None


def write_whole(path: Path, content: bytes) -> Path:
    """Write a file so that a reader sees all of it or the one before, and give its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        temporary = Path(file.name)
        try:
            file.write(content)
            file.close()
            temporary.chmod(0o644)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    return path
