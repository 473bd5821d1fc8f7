"""An ordinary user for tests that root runs: nobody's account, which every machine has, and a way to this Python."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from pathlib import Path

import pytest

ROOT_USER, NOBODY = 0, 65534


def as_ordinary_user() -> list[str]:
    """Give what a command line begins with that runs as one: nothing for who is one. Skips the test where none can be.

    What is above this Python may be closed to others: then that user is shown a copy of the way to it.
    """
    if os.getuid() != ROOT_USER:
        return []
    if not (shutil.which("bwrap") and shutil.which("setpriv")):
        pytest.skip("needs bubblewrap and setpriv to run as an ordinary user who can reach this Python")
    base = Path(sys.base_prefix)
    above = list(reversed(base.parents))
    closed = next((place for place, path in enumerate(above) if not path.stat().st_mode & stat.S_IXOTH), len(above))
    reach = ["--perms", "0755", "--tmpfs", str(above[closed])] if above[closed:] else []
    for path in above[closed + 1 :]:
        reach += ["--perms", "0755", "--dir", str(path)]
    reach += ["--ro-bind", str(base), str(base)]
    become = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs"]
    return ["bwrap", "--dev-bind", "/", "/", *reach, *become]
