"""Ctrl-C, SIGTERM and SIGHUP end a run in one and the same way, and once: it is told, cleaned up, and not cut short."""

from __future__ import annotations

import signal
import threading
import time
from types import FrameType

import pytest

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_TAKES_HOLD = 10.0
"""Seconds after which a run that has not begun to end is interrupted once more: an interrupt can get lost in a
destructor."""
_PATIENCE = 60.0
"""Seconds that a run may take to end before a signal cuts it short all the same."""


class Interrupts:
    """The signals that end a process of the run; those that come while it ends are passed over."""

    def __init__(self) -> None:
        self._taken: list[signal.Signals] = []
        self._last = float("-inf")
        self._ending = False

    def take(self) -> None:
        """Take the signals over, but for those that whoever started the run had ignored, as `nohup` does."""
        if threading.current_thread() is threading.main_thread():
            for number in _ENDING:
                if signal.getsignal(number) is not signal.SIG_IGN:
                    signal.signal(number, self._interrupt)
                    self._taken.append(number)

    def ignore(self) -> None:
        """Ignore them from now on: nothing is left to end but Python, which would give up its handlers first."""
        for number in self._taken:
            signal.signal(number, signal.SIG_IGN)

    def _interrupt(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - so handlers are called
        now = time.monotonic()
        if now - self._last > (_PATIENCE if self._ending else _TAKES_HOLD):
            self._last = now
            raise KeyboardInterrupt

    @pytest.hookimpl(tryfirst=True)
    def pytest_keyboard_interrupt(self) -> None:
        """The run has begun to end."""
        self._begin_to_end()

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """The run has begun to end, by itself: nothing is left to be interrupted."""
        self._begin_to_end()

    def _begin_to_end(self) -> None:
        if not self._ending:
            self._ending, self._last = True, time.monotonic()
