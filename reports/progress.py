"""How far a run is: a table on a terminal; elsewhere, and where no color is wanted, a line for every fifth of it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from reports.case import NOTABLE, Case
from reports.results import Results
from reports.subscribers import Report, ReportOptions
from reports.text import clip, counted, one_line

if TYPE_CHECKING:
    from reports.live import LiveTable

PARTS = 5


class Progress(Report):
    """Says it in few lines, unless pytest tells every case itself; the first case that does not hold has one too."""

    def __init__(self, options: ReportOptions) -> None:
        super().__init__(options)
        self._began = time.monotonic()
        self._done = self._open = self._said = 0
        self.table: LiveTable | None = None

    def case_finished(self, case: Case) -> None:
        """Count it, and say where the run has come to."""
        self._done += 1
        if self.options.verbose:
            return
        if case.verdict in NOTABLE:
            self._open += 1
            if self._open == 1:
                text = one_line(f"{case.verdict.value}: {case.name or case.id}")
                say = self.table.say if self.table else self.options.line
                say(clip(f"       the first that does not hold: {text}", max(self.options.width, 100)))
        if self.options.screen is not None:
            self._draw(case)
            return
        total = max(self.options.total(), self._done)
        part = self._done * PARTS // total
        if part > self._said or self._done == total:
            self._said = part
            self.options.line(self._where(total))

    def _where(self, total: int) -> str:
        seconds = time.monotonic() - self._began
        rest = seconds / self._done * (total - self._done)
        left = f", some {rest:.0f} s left" if total > self._done else ""
        open_ = f"; {self._open} do not hold" if self._open else ""
        return (
            f"{self._done * 100 // total:4} %  {self._done} of {counted(total, 'case', 'cases')} "
            f"in {seconds:.0f} s{left}{open_}"
        )

    def _draw(self, case: Case) -> None:
        if self.table is None and self.options.screen is not None:
            from reports.live import LiveTable  # noqa: PLC0415 - a run that no terminal shows does not pay for it

            self.table = LiveTable(self.options.screen, self.options.planned(), self.options.phases())
            self.table.start()
        if self.table:
            self.table.add(case)

    def cases_over(self) -> None:
        """Take the table away."""
        if self.table:
            self.table.stop()
            self.table = None
            self.options.line(self._where(max(self.options.total(), self._done)))

    def run_finished(self, results: Results) -> None:
        """Say nothing more."""
