"""So many examples of a property, drawn by hypothesis: deterministic, each in a small world, shrunk where one fails."""

from __future__ import annotations

import hashlib
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from suites.expect.outcomes import ACCUSING, NonConforming, accusation

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

Generated = TypeVar("Generated")

AT_ONCE = 500
"""Examples of one go of hypothesis, which remembers what it has drawn: memory must not grow with their number."""

SHARES = 6
"""Cases that the examples of a property are dealt out to, at most: one case would be the last of a run to end."""

SHARE = 5
"""Examples that a share has, at least, where there are so many."""

SHRINKING = 20.0
"""Seconds that may be spent on making a failed example smaller."""


@dataclass(frozen=True)
class Share:
    """The examples of a property that one case judges: every `of`-th that is drawn, from the `number`-th on."""

    number: int = 1
    of: int = 1

    def __str__(self) -> str:
        return f"share-{self.number}"

    def has(self, drawn: int) -> bool:
        """Whether the example is its own that was drawn as this one, counted from 1."""
        return drawn % self.of == self.number % self.of


def shares_of(count: int) -> tuple[Share, ...]:
    """Give the shares that so many examples are dealt out to."""
    of = max(1, min(SHARES, count // SHARE))
    return tuple(Share(number, of) for number in range(1, of + 1))


@dataclass
class Examples:
    """The budget of a property, and what became of it.

    Every share draws the same examples, and judges its own; `drawn` counts all, and `judged` its own, up to the first
    failure. `begin` makes the storage small again: it is called before each example. `scratch` is where hypothesis may
    leave what it likes to. `lifecycle_seconds` is what the lifecycle's processes took in all but the last. After a
    failure, `smallest` is the example as lines that can be pasted into a test.
    """

    count: int
    seed: int
    name: str
    begin: Callable[[], None]
    scratch: Path
    share: Share = Share()
    drawn: int = 0
    judged: int = 0
    lifecycle_seconds: float = 0.0
    smallest: tuple[str, ...] = ()
    _failures: dict[str, NonConforming] = field(default_factory=dict)
    _failed_at: float = 0.0

    def judge(
        self,
        drawn_from: SearchStrategy[Generated],
        check: Callable[[Generated], None],
        code: Callable[[Generated], str],
        *,
        count: int | None = None,
    ) -> None:
        """Check as many examples as the budget has, or `count`. `code` gives an example as it can be pasted.

        Raises what `check` raised; where that accuses the lifecycle, NonConforming of the smallest example found.
        """
        wanted = self.count if count is None else count
        for number, size in enumerate(_portions(wanted)):
            self._judge_some(drawn_from, check, code, number, size)
        if wanted and not self.judged:
            raise RuntimeError(f"none of {self.drawn} examples is of {self.share}")

    def _judge_some(
        self,
        drawn_from: SearchStrategy[Generated],
        check: Callable[[Generated], None],
        code: Callable[[Generated], str],
        number: int,
        size: int,
    ) -> None:
        # Imported here, as it takes a sixth of a second that a run without properties need not wait for.
        from suites.generated.hypothesis_import import configuration, errors, hypothesis  # noqa: PLC0415

        configuration.set_hypothesis_home_dir(self.scratch)

        def example(generated: Generated) -> None:
            self._judge_one(generated, check, code)

        settings = hypothesis.settings(
            max_examples=size,
            database=None,
            deadline=None,
            phases=(hypothesis.Phase.generate, hypothesis.Phase.shrink),
            suppress_health_check=list(hypothesis.HealthCheck),
            verbosity=hypothesis.Verbosity.quiet,
            report_multiple_bugs=False,
        )
        run = hypothesis.seed(_number(f"{self.seed} {self.name} {number}"))(
            settings(hypothesis.given(drawn_from)(example))
        )
        try:
            with warnings.catch_warnings():
                # It thinks that what it drew has too long a name, as images have; nobody is shown it.
                warnings.simplefilter("ignore", errors.HypothesisWarning)
                run()
        except _Stop as stop:
            raise stop.reason from None
        except ACCUSING as error:
            # hypothesis adds notes of its own on how to see it again, which are of no use here.
            smallest = accusation(error)
            raise NonConforming(smallest.expected, smallest.found) from None
        except errors.Flaky:
            text, first = next(iter(self._failures.items()))
            self.smallest = tuple(text.splitlines())
            message = f"{first.found}\n(another time, the same example was as it should be)"
            raise NonConforming(first.expected, message) from None

    def _judge_one(
        self, generated: Generated, check: Callable[[Generated], None], code: Callable[[Generated], str]
    ) -> None:
        if not self._failed_at:
            self.drawn += 1
            if not self.share.has(self.drawn):
                return
        late = self._failed_at and time.monotonic() - self._failed_at > SHRINKING
        if late and code(generated) not in self._failures:
            return
        self.begin()
        try:
            check(generated)
        except ACCUSING as error:
            self._failed_at = self._failed_at or time.monotonic()
            text = code(generated)
            self._failures.setdefault(text, accusation(error))
            self.smallest = tuple(text.splitlines())
            raise
        except Exception as error:  # noqa: BLE001 - it is raised again where hypothesis is not between
            # The suite's or the environment's fault, or a control's: nothing that a smaller example makes clearer.
            raise _Stop(error) from None
        finally:
            self.judged += not self._failed_at


class _Stop(BaseException):
    """Ends a go of hypothesis, which would take an Exception for a failure and shrink it."""

    def __init__(self, reason: Exception) -> None:
        super().__init__()
        self.reason = reason


def _portions(count: int) -> Iterator[int]:
    while count > 0:
        yield min(count, AT_ONCE)
        count -= AT_ONCE


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
