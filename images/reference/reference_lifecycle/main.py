"""The top of every phase: reads the inputs, runs the phase, and turns any failure into one line and a status."""

from __future__ import annotations

import importlib
import os
import sys
from typing import NoReturn

from . import VERSION, console, inputs
from .errors import GENERIC, PHASE_STATUS, LifecycleError

MODULES = {"analyzer": "analyze", "detector": "detect", "exporter": "export", "rebaser": "rebase"}


def main(phase: str) -> NoReturn:
    """Run a phase as a program; ends the process with the exit status."""
    sys.exit(run(phase, sys.argv[1:]))


def run(phase: str, arguments: list[str]) -> int:
    """Run a phase and give its exit status; says on stderr what went wrong."""
    if arguments == ["-version"]:
        print(f"{VERSION}+reference")
        return 0
    try:
        api = inputs.platform_api(os.environ)
        given = inputs.read(phase, api, arguments, dict(os.environ))
        importlib.import_module(f"{__package__}.{MODULES[phase]}").run(given)
    except LifecycleError as error:
        console.error(str(error))
        return error.status or PHASE_STATUS[phase]
    except OSError as error:
        console.error(f"the file system or the network failed: {error}")
        return PHASE_STATUS[phase]
    except KeyboardInterrupt:
        console.error("interrupted")
        return GENERIC
    except Exception as error:  # noqa: BLE001 - whatever went wrong, the user gets one line and an exit status in range
        console.error(f"this is a defect of the reference lifecycle: {type(error).__name__}: {error}")
        return PHASE_STATUS[phase]
    return 0
