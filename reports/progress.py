"""How far a run is, in lines of text: every tenth of it, and the first case that does not hold."""

from __future__ import annotations

import time

from reports.case import NOTABLE, Case
from reports.results import Results
from reports.subscribers import Report, ReportOptions
from reports.text import clip, one_line

TENTHS = 10


class Progress(Report):
    """Says it in at most a dozen lines, unless pytest tells every case itself."""

    def __init__(self, options: ReportOptions) -> None:
        super().__init__(options)
        self._began = time.monotonic()
        self._done = self._open = self._said = 0

    def case_finished(self, case: Case) -> None:
        """Count it, and say where the run has come to."""
        self._done += 1
        if self.options.verbose:
            return
        if case.verdict in NOTABLE:
            self._open += 1
            if self._open == 1:
                text = one_line(f"{case.verdict.value}: {case.name or case.id}")
                self.options.line(clip(f"       the first that does not hold: {text}", max(self.options.width, 100)))
        total = max(self.options.total(), self._done)
        tenth = self._done * TENTHS // total
        if tenth > self._said or self._done == total:
            self._said = tenth
            seconds = time.monotonic() - self._began
            open_ = f"; {self._open} do not hold" if self._open else ""
            self.options.line(
                f"{self._done * 100 // total:4} %  {self._done} of {total} cases in {seconds:.0f} s{open_}"
            )

    def run_finished(self, results: Results) -> None:
        """Say nothing more."""
