"""How busy the machine is, where it is busy."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from fixtures.execution import load


def test_machine_is_slower_the_more_works_on_it() -> None:
    burner = "while True: pass"
    processes = [
        subprocess.Popen([sys.executable, "-IS", "-c", burner]) for _ in range(16 * len(os.sched_getaffinity(0)))
    ]
    try:
        time.sleep(0.5)
        assert load.slowdown() > load.BUSY
    finally:
        for process in processes:
            process.kill()
            process.wait(10)
