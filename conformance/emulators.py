"""`emulators`: has this machine run programs of other architectures. It stays, and a run never does it by itself."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Final

from fixtures.paths import ROOT

TOOL: Final = ROOT / "tools" / "emulators"


def add() -> int:
    """Register what is missing, and get the Pythons that the reference lifecycle runs on; give the exit status."""
    status = _call(str(TOOL))
    # Who judges another lifecycle needs none, and it says itself what can't be had.
    _call(sys.executable, "-m", "tools.pythons", "all")
    return status


def remove() -> int:
    """Take back what was registered, and give the exit status."""
    return _call(str(TOOL), "--remove")


def _call(*command: str) -> int:
    environment = {**os.environ, "SUITE_PYTHON": sys.executable}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
