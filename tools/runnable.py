"""Say of each architecture how this machine runs programs of it: `python -m tools.runnable [--by-kernel] [ARCH...]`.

Exit status 1 where it does not run one of them; with `--by-kernel`, where it takes an emulator that is called by name.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from fixtures.cleanup.sweep import private_directory
from fixtures.execution.emulation import find_executor
from fixtures.lifecycle.targets.reference import DEBIAN
from fixtures.oci.platforms import Platform


def main(arguments: Sequence[str]) -> int:
    """Say it, and give the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.runnable")
    parser.add_argument("--by-kernel", action="store_true", help="without an emulator being called by name")
    parser.add_argument("arch", nargs="*", help=f"by default {', '.join(map(str, DEBIAN))}")
    text = parser.parse_args(arguments)
    status = 0
    with private_directory("runnable") as scratch:
        for platform in [Platform.parse(name) for name in text.arch] or list(DEBIAN):
            runner = find_executor(platform, scratch)
            print(f"{platform}: {runner.description if runner else 'can not be run here'}")
            if runner is None or (text.by_kernel and runner.prefix):
                status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
