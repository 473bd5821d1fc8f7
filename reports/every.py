"""The reports that there are, in the order in which they are told of a run: who names the others' files is last."""

from __future__ import annotations

from collections.abc import Mapping

from reports.json_file import JsonFile
from reports.junit import JunitFile
from reports.progress import Progress
from reports.subscribers import Report, ReportOptions
from reports.terminal import Terminal

REPORTS: Mapping[str, type[Report]] = {
    "progress": Progress,
    "json": JsonFile,
    "junit": JunitFile,
    "terminal": Terminal,
}


def files() -> tuple[str, ...]:
    """Give the names of the files that reports write."""
    return tuple(report.file for report in REPORTS.values() if report.file)


def subscribe(options: ReportOptions) -> list[Report]:
    """Make every report of a run; those that are files only where there is a directory for them."""
    return [report(options) for report in REPORTS.values() if options.directory or not report.file]
