"""Room on the disks that a run writes to: seen to before the first case, and looked at again after each."""

from __future__ import annotations

import os
import threading
from pathlib import Path

MIB = 1 << 20

AT_FIRST = 16 * MIB
"""Bytes that have to be free where a run is to work or to leave its reports: the whole suite writes less."""

AT_LEAST = 4 * MIB
"""Bytes that have to be left when a case has ended: more than all that one phase writes."""

BETWEEN = 0.02
"""Seconds between two looks at a disk while a case is under way."""

FILES_AT_LEAST = 100
"""Files that can still be made, on a file system that counts them."""


def shortage(directory: Path, needed: int = AT_LEAST) -> str:
    """Say what there is too little of on the disk of a directory; empty where there is enough, or nobody can tell.

    Whoever ran there may have failed for want of it, whatever it said: neither its success nor its failure is its own.
    """
    try:
        disk = os.statvfs(directory)
    except OSError:  # a phase may have taken the directory away: others say what becomes of that
        return ""
    free = disk.f_bavail * disk.f_frsize
    if free < needed:
        return f"the disk of {directory} is full: {free / MIB:.1f} MiB are free, and {needed // MIB} MiB are needed"
    if disk.f_files and disk.f_favail < FILES_AT_LEAST:
        return f"the disk of {directory} is full: it takes {disk.f_favail} more files, and {FILES_AT_LEAST} are needed"
    return ""


class Watch:
    """Looks at a disk all the time: what filled it may be gone when the case that it spoiled has ended."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._short = ""
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self) -> None:
        """Forget what was seen before: another case begins."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._look, name="disk", daemon=True)
            self._thread.start()
        self._short = ""

    def shortage(self) -> str:
        """Say what there was too little of since the case began; empty where there was enough."""
        return self._short or shortage(self._directory)

    def close(self) -> None:
        """Stop looking."""
        self._over.set()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def _look(self) -> None:
        while not self._over.wait(BETWEEN):
            self._short = self._short or shortage(self._directory)
