"""`emulators`: what is called to have other architectures' programs run, and what its status is."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from conformance.cli import main
from fixtures.paths import ROOT


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Give what is called: nothing of it is run, and the first ends with 7."""
    calls: list[list[str]] = []

    def run(command: tuple[str, ...], **how: Any) -> subprocess.CompletedProcess[str]:
        assert how["cwd"] == ROOT
        assert how["env"]["SUITE_PYTHON"] == sys.executable
        calls.append([str(command[0]).removeprefix(f"{ROOT}/tools/"), *command[1:]])
        return subprocess.CompletedProcess(command, 7 if len(calls) == 1 else 1)

    monkeypatch.setattr(subprocess, "run", run)
    return calls


def test_adding_registers_and_gets_what_the_reference_takes(called: list[list[str]]) -> None:
    with pytest.raises(SystemExit, match="7"):
        main(["emulators", "add"])

    assert called == [["emulators"], [sys.executable, "-m", "tools.pythons", "all"]]


def test_removing_takes_back_what_was_registered(called: list[list[str]]) -> None:
    with pytest.raises(SystemExit, match="7"):
        main(["emulators", "remove"])

    assert called == [["emulators", "--remove"]]
