"""The second lifecycle as a target: its programs, and which ways it goes."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import tomli_w

from tests.support.runs import ROOT, write_program

SECOND = ROOT / "tests" / "truth" / "second_lifecycle"


def target_file_of(ways: Mapping[str, str], directory: Path, buildpack_api: str = "0.10") -> Path:
    """Write what to say as --lifecycle: the programs, started without site-packages, with the ways as a setting."""
    directory.mkdir()
    for program in ("analyzer", "detector", "exporter", "rebaser"):
        write_program(directory / program, f'#!/bin/sh\nexec {sys.executable} -I -S {SECOND / program} "$@"\n')
    # Python itself has to be found wherever an app image is started.
    launcher = (SECOND / "launcher").read_text(encoding="utf-8").split("\n", 1)[1]
    write_program(directory / "launcher", f"#!{sys.executable} -IS\n{launcher}")
    text = ",".join(f"{name}={way}" for name, way in ways.items())
    document = {
        "target": f"dir:{directory}",
        "platform-source": ways.get("source", "runtime"),
        "buildpack-api": buildpack_api,
        "environment": {"SECOND_LIFECYCLE": text},
    }
    file = directory / "second.toml"
    file.write_text(tomli_w.dumps(document))
    return file
