"""How many workers `-n auto` is: as many as keep this machine's processors busy, and as have room in its memory."""

from __future__ import annotations

import os
from pathlib import Path

from conformance.options import REFERENCE

FOR_EACH_CPU = 4
"""Workers for each processor where a lifecycle is judged that waits: released ones try again where they are refused."""

MOST = 32
"""More than that make no run shorter: what every worker begins with is done once for each."""

MEMORY = 150 << 20
"""Bytes that a worker, its registry and what it runs may take together."""


def fitting(lifecycle: str, cpus: int, available: int) -> int:
    """Give the number of workers for a lifecycle as it was named, on so many processors with so many bytes to spare.

    The reference lifecycle never waits: one worker more than there are processors is for the moments when a registry
    or an engine is waited for. So it is with a release alone, where `lifecycle` is empty.
    """
    wanted = cpus + 1 if lifecycle in ("", REFERENCE) else FOR_EACH_CPU * cpus
    return max(1, min(wanted, MOST, available // MEMORY))


def cpus() -> int:
    """Give the number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def available_memory(meminfo: Path = Path("/proc/meminfo")) -> int:
    """Give the bytes that new programs may take, as the kernel estimates them (proc(5)); plenty where it does not."""
    try:
        lines = dict(line.split(":", 1) for line in meminfo.read_text().splitlines())
        return int(lines["MemAvailable"].split()[0]) << 10
    except (OSError, KeyError, ValueError, IndexError):
        return MOST * MEMORY
