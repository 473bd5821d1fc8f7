"""The package that the wheel installs: it puts the tree that lies below it first among what is imported, and starts it.

In the wheel this module is `lifecycle_conformance/__init__.py`; nothing imports it in a checkout.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

TREE: Final = Path(__file__).resolve().parent / "tree"
"""The suite as it stands in its repository: `suites`, `fixtures` and the like are names that others have too."""


def main() -> None:
    """Do what the command line asks for, and end with its status."""
    sys.path.insert(0, str(TREE))
    from conformance.cli import main as command  # noqa: PLC0415 - only now it is there

    command()
