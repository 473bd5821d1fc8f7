"""The budgets, in one table, and a measurement held against one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True)
class Budget:
    """A limit on what is measured; `floor`: it is not to be fallen short of, instead of not to be exceeded."""

    what: str
    limit: float
    unit: str = ""
    floor: bool = False

    def met(self, value: float) -> bool:
        """Whether a measured value keeps to it."""
        return value >= self.limit if self.floor else value <= self.limit

    def __str__(self) -> str:
        return f"{'>=' if self.floor else '<='} {self.limit:g} {self.unit}".rstrip()


BUDGETS: Final[Mapping[str, Budget]] = MappingProxyType(
    {
        "suite": Budget("suite: wall time x workers / seconds in the lifecycle", 1.5),
        "emulated": Budget("suite: wall time x workers / seconds in the emulated lifecycle", 1.15),
        "container": Budget("container: a phase in one / the same program here, more", 120, "ms"),
        "check": Budget("make check: what a contributor waits for before a commit", 40, "s"),
        "test": Budget("make test: all of the project's own tests that leave the machine as it is", 300, "s"),
        "gateway": Budget("gateway: a phase through it / against the registry itself", 1.1),
        "properties": Budget("properties: examples a second / what the lifecycle alone allows", 0.9, floor=True),
        "seeding": Budget("seeding: images a second / those of skopeo copy", 1.0, floor=True),
        "collection": Budget("collection of all cases", 2.0, "s"),
        "memory": Budget("memory: the most that the harness held", 300, "MB"),
        # What is measured has steps of a quarter of a megabyte, as an allocator takes its memory.
        "growth": Budget("memory: growth of a worker, a hundred cases", 0.5, "MB"),
    }
)


@dataclass(frozen=True)
class Measured:
    """A value, of what, and what it was made from. None: it was not measured, and `made_of` says why."""

    budget: Budget
    of: str
    value: float | None
    made_of: str = ""

    @property
    def met(self) -> bool:
        """Whether it keeps to its budget, as far as it was measured."""
        return self.value is None or self.budget.met(self.value)

    def row(self) -> tuple[str, ...]:
        """Give the cells of its row in the table."""
        if self.value is None:
            return (self.budget.what, self.of, "not measured", str(self.budget), "", self.made_of)
        value = f"{self.value:.2f} {self.budget.unit}".rstrip()
        return (self.budget.what, self.of, value, str(self.budget), "met" if self.met else "MISSED", self.made_of)


HEADINGS: Final = ("measure", "of", "measured", "budget", "", "made of")


def table(rows: list[tuple[str, ...]]) -> str:
    """Give rows as text, the columns as wide as they need to be."""
    every = [HEADINGS, *rows]
    widths = [max(len(row[column]) for row in every) for column in range(len(HEADINGS))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in every)
    return "\n".join(line.rstrip() for line in lines)
