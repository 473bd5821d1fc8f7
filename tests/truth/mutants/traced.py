"""A program that runs a program of the reference lifecycle, and leaves in the working directory which lines it ran.

Started as `python -IS traced.py PROGRAM ARGUMENT...`. What it leaves is `lines-PID.json`: line numbers by file name.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
from collections import defaultdict
from types import FrameType
from typing import Any

PACKAGE = f"{os.sep}reference_lifecycle{os.sep}"


def main(program: str, arguments: list[str]) -> None:
    """Run the program to its end, whatever that is, and write the file."""
    target = os.path.abspath(f"lines-{os.getpid()}.json")  # noqa: PTH100 - pathlib would be imported in every run
    lines: dict[str, set[int]] = defaultdict(set)

    def line(frame: FrameType, event: str, _: Any) -> Any:
        if event == "line":
            lines[frame.f_code.co_filename.rpartition(PACKAGE)[2]].add(frame.f_lineno)
        return line

    def call(frame: FrameType, event: str, _: Any) -> Any:
        return line if event == "call" and PACKAGE in frame.f_code.co_filename else None

    sys.argv = [program, *arguments]
    sys.settrace(call)
    try:
        runpy.run_path(program, run_name="__main__")
    finally:
        sys.settrace(None)
        with open(target, "w") as file:  # noqa: PTH123 - as above
            json.dump({name: sorted(numbers) for name, numbers in lines.items()}, file)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
