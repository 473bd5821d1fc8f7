"""The commit that the suite is of: asked of git in a checkout, and of a file in what was built of one.

It needs nothing but Python: whoever builds the wheel has no more (tools/build_hook.py).
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

FILE: Final = "COMMIT"
"""What an sdist and the tree of a wheel have instead of a repository."""

DIRTY: Final = "-dirty"
"""What follows the commit where the suite differs from it."""

_PARTS: Final = ("conformance", "fixtures", "images", "reports", "suites", "tools", "conftest.py", "pyproject.toml")
"""What the suite is made of: other files that differ, or that nobody knows, are no part of it."""


def commit_of(tree: Path) -> str:
    """Give the commit, with DIRTY where files of the suite differ or are not in it; empty where none is known."""
    if (tree / ".git").exists():
        return _of_checkout(tree)
    try:
        noted = (tree / FILE).read_text().strip()
    except (OSError, ValueError):
        return ""
    return noted if re.fullmatch(f"[0-9a-f]{{40}}({DIRTY})?", noted) else ""


def _of_checkout(tree: Path) -> str:
    head = _git(tree, "rev-parse", "--verify", "HEAD")
    changes = _git(tree, "status", "--porcelain", "--", *_PARTS) if head else None
    return f"{head}{DIRTY if changes else ''}" if head and changes is not None else ""


def _git(tree: Path, *words: str) -> str | None:
    """Give what git says; None where it can't."""
    git = shutil.which("git")
    if git is None:
        return None
    # A run that is ended meanwhile must not leave the checkout locked.
    command = [git, "--no-optional-locks", *words]
    try:
        done = subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
