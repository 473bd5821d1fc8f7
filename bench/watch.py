"""How much memory the processes of a run hold, the lifecycle's own left out: looked at from outside, by proc(5)."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, Self

_PROC: Final = Path("/proc")
_INTERVAL: Final = 0.5
_LIFECYCLE: Final = frozenset({"analyzer", "detector", "restorer", "exporter", "rebaser", "launcher"})

_WORDS: Final = 8
"""How far into a command line a phase is looked for: behind emulator, loader, interpreter and their options."""


def available() -> bool:
    """Whether this machine tells of memory the way that is read here."""
    return (_PROC / "self" / "smaps_rollup").exists()


class Watch:
    """Watches a process and its descendants while a block runs; then `peak` is the most they held at once.

    Memory is counted as PSS: what processes share is counted once. A process that only one look in a row finds is left
    out: right after its fork a child seems to hold all that its parent does.
    """

    def __init__(self, pid: int) -> None:
        self.peak = 0.0
        """Megabytes (10^6 bytes)."""
        self.largest: Mapping[str, float] = {}
        """What each process held then, by program."""
        self._pid = pid
        self._seen: set[int] = set()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(_INTERVAL):
            held = {pid: (name, _pss(pid)) for pid, name in _harness(self._pid)}
            counted = {pid: held[pid] for pid in held if pid in self._seen}
            self._seen = set(held)
            total = sum(size for _, size in counted.values())
            if total > self.peak:
                self.peak = total
                self.largest = {f"{name} {pid}": size for pid, (name, size) in counted.items()}


def _harness(root: int) -> Iterator[tuple[int, str]]:
    """Give the processes of a tree with their programs' names, but not the lifecycle's and what those started."""
    children: dict[int, list[int]] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdecimal() and (parent := _parent(entry)):
            children.setdefault(parent, []).append(int(entry.name))
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        words = [Path(word).name for word in _command(pid)]
        if words and _LIFECYCLE.isdisjoint(words[:_WORDS]):
            yield pid, words[0]
            waiting += children.get(pid, [])


def _parent(entry: Path) -> int:
    try:
        return int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _command(pid: int) -> list[str]:
    try:
        return (_PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return []


def _pss(pid: int) -> float:
    try:
        lines = (_PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("Pss:")), 0.0)
