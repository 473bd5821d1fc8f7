"""How far a run is, on a terminal: a table of phases that is drawn again as cases end. Plain lines are elsewhere."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from typing import TextIO

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from reports.case import NOTABLE, Case


class LiveTable:
    """A table of phases with what is done, what does not hold, and how long the rest may take.

    `planned` are the cases of each phase, `phases` the phase of each requirement.
    """

    def __init__(self, file: TextIO, planned: Mapping[str, int], phases: Mapping[str, str]) -> None:
        self._planned = planned
        self._phases = phases
        self._done, self._open = Counter[str](), Counter[str]()
        self._began = time.monotonic()
        self._live = Live(console=Console(file=file), get_renderable=self.table, refresh_per_second=4, transient=True)

    def start(self) -> None:
        """Draw it, and go on drawing it."""
        self._live.start()

    def add(self, case: Case) -> None:
        """Count a case."""
        phase = self._phases.get(case.requirement, "")
        self._done[phase] += 1
        self._open[phase] += case.verdict in NOTABLE

    def say(self, text: str) -> None:
        """Print a line above it."""
        self._live.console.print(Text(text))

    def stop(self) -> None:
        """Take it away."""
        self._live.stop()

    def table(self) -> Table:
        """Give it as it is now."""
        table = Table(box=None, pad_edge=False)
        for name in ("phase", "cases", "", "do not hold"):
            table.add_column(name, justify="left" if name in ("phase", "") else "right")
        for phase, number in self._planned.items():
            self._row(table, phase, self._done[phase], number, self._open[phase])
        self._row(table, self._left(), self._done.total(), sum(self._planned.values()), self._open.total())
        return table

    def _row(self, table: Table, name: str, done: int, number: int, open_: int) -> None:
        bar = "█" * (done * 20 // max(number, 1))
        table.add_row(
            Text(name), f"{done}/{number}", Text(bar.ljust(20, "░")), Text(str(open_ or ""), "red" if open_ else "")
        )

    def _left(self) -> str:
        """Say how long the rest may take, by what was done until now."""
        done, number = self._done.total(), sum(self._planned.values())
        seconds = time.monotonic() - self._began
        left = f", some {seconds / done * (number - done):.0f} s left" if done and number > done else ""
        return f"{seconds:.0f} s{left}"
