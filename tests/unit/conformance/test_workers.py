"""How many workers `-n auto` is."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.workers import available_memory, cpus, fitting

GIB = 1 << 30


@pytest.mark.parametrize(
    ("lifecycle", "processors", "memory", "workers"),
    [
        ("reference", 2, 8 * GIB, 3),
        ("", 2, 8 * GIB, 3),
        ("dir:/some/lifecycle", 2, 8 * GIB, 8),
        ("image:some/lifecycle", 4, 8 * GIB, 16),
        ("dir:/some/lifecycle", 64, 64 * GIB, 32),
        ("dir:/some/lifecycle", 2, GIB // 2, 3),
        ("dir:/some/lifecycle", 2, 0, 1),
    ],
)
def test_workers_fit_the_lifecycle_and_the_machine(lifecycle: str, processors: int, memory: int, workers: int) -> None:
    assert fitting(lifecycle, processors, memory) == workers


def test_memory_is_what_the_kernel_says_is_available(tmp_path: Path) -> None:
    (tmp_path / "meminfo").write_text("MemTotal:  100 kB\nMemAvailable:      42 kB\nHugePages_Total: 0\n")

    assert available_memory(tmp_path / "meminfo") == 42 * 1024
    assert fitting("some", 1, available_memory(tmp_path / "absent")) == 4


def test_there_is_a_processor() -> None:
    assert cpus() >= 1
