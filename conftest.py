"""pytest's front door: options and wiring."""

from __future__ import annotations

import os
import sys

import pytest

from conformance.python import refusal

# Before anything is imported that such a Python can't read.
if told := refusal(sys.version_info[:2]):
    print(told, file=sys.stderr)  # noqa: T201 - pytest would print a traceback
    raise SystemExit(int(pytest.ExitCode.USAGE_ERROR))

from conformance import options, report_files, session, workers


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of a conformance run."""
    options.add(parser)
    if "PYTEST_XDIST_WORKER" not in os.environ:
        # pytest may refuse the command line next: no later hook would be called.
        report_files.forget(sys.argv[1:], os.environ)


def pytest_configure(config: pytest.Config) -> None:
    """Set up a conformance run where one was asked for."""
    config.addinivalue_line("markers", "requirement(id): the requirement of the catalogue that the test judges")
    if session.is_asked_for(config):
        # One by one, in the order that the collector gives: nothing waits in the queue of a worker that takes long.
        if getattr(config.option, "maxschedchunk", 1) is None:
            config.option.maxschedchunk = 1
        session.start(config)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Give the number of workers that `-n auto` stands for; None leaves it to xdist."""
    if not session.is_asked_for(config):
        return None
    return workers.fitting(options.read(config).lifecycle, workers.cpus(), workers.available_memory())
