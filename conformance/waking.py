"""Wakes processes of the run that something stopped: a worker that stands still would be waited for without end."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress

import pytest

from fixtures.execution import strays

GLANCE = 1.0
"""Seconds between two looks."""


class Waker:
    """Looks at the children of the controller for as long as a run lasts, and continues those that were stopped.

    Nobody has a reason to stop a worker: who stops the whole run, as Ctrl-Z does, stops this thread with it.
    """

    def __init__(self) -> None:
        self.woken = 0
        """How often a process was continued."""
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="waker", daemon=True)

    def pytest_sessionstart(self) -> None:
        """Begin to look."""
        self._thread.start()

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """Look no more."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(GLANCE)

    def _watch(self) -> None:
        before = frozenset[int]()
        while not self._over.wait(GLANCE):
            stopped = strays.stopped()
            # What was stopped just now may be the parent of a phase of the smoke run, which is looked after elsewhere.
            for child in stopped & before:
                with suppress(OSError):
                    os.kill(child, signal.SIGCONT)
                    self.woken += 1
            before = stopped
