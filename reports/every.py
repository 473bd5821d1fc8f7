"""The reports that there are, in the order in which they are told of a run: who names the others' files is last."""

from __future__ import annotations

from collections.abc import Mapping

from reports.json_file import JsonFile
from reports.junit import JunitFile
from reports.subscribers import Report
from reports.terminal import Terminal

REPORTS: Mapping[str, type[Report]] = {"json": JsonFile, "junit": JunitFile, "terminal": Terminal}
