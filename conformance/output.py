"""Standard output that may be lost in the middle of a run: a full disk, or a pipe that nobody reads any more."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from typing import Any, TextIO


class Output:
    """A stream that is written to until that fails, and from then on to nowhere: what it was for goes on.

    ``lost`` says why it failed; empty as long as it did not.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.lost = ""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write as the stream does."""
        self._try(lambda: self._stream.write(text))
        return len(text)

    def flush(self) -> None:
        """Flush as the stream does."""
        self._try(self._stream.flush)

    def _try(self, what: Callable[[], object]) -> None:
        try:
            what()
        except OSError as error:
            self.lost = self.lost or str(error)
            # What is still to be flushed, by Python itself at its very end, has to go somewhere.
            with contextlib.suppress(OSError, ValueError):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, self._stream.fileno())
                os.close(nowhere)


def take_over() -> Output:
    """Put an `Output` in the place of standard output, and give it."""
    output = Output(sys.stdout)
    sys.stdout = output
    return output
