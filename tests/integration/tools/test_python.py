"""Python of another version than promised is refused in one line."""

from __future__ import annotations

import subprocess
import sys

import pytest

from conformance.python import refusal
from tests.support.runs import ROOT


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13), (3, 14)])
def test_promised(version: tuple[int, int]) -> None:
    assert refusal(version) == ""


@pytest.mark.parametrize("version", [(2, 7), (3, 10), (3, 15), (4, 0)])
def test_refused(version: tuple[int, int]) -> None:
    text = refusal(version)

    assert text.startswith("this suite runs on Python 3.11 to 3.14, not on ")
    assert f"not on {version[0]}.{version[1]}:" in text
    assert "\n" not in text


def test_refusal_is_wrong_usage_and_no_traceback() -> None:
    later = "import sys, pytest, conformance.python as promised; promised.OLDEST = promised.NEWEST = (3, 99)"
    code = f"{later}; sys.exit(pytest.main(['suites', '--collect-only']))"

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )

    assert (done.returncode, done.stdout) == (4, "")
    own = ".".join(map(str, sys.version_info[:2]))
    text = f"this suite runs on Python 3.99 to 3.99, not on {own}: make PYTHON=/path/to/python3"
    assert done.stderr.splitlines() == [text]


def test_one_python_of_each_version_is_found_to_test_with() -> None:
    done = subprocess.run(
        [ROOT / "tools" / "find-python", "--each"], capture_output=True, text=True, timeout=60, check=True
    )

    found = done.stdout.split()
    versions = [_version(python) for python in found]
    assert len(set(versions)) == len(versions)
    assert all(refusal(version) == "" for version in versions)


def _version(python: str) -> tuple[int, int]:
    text = subprocess.run(
        [python, "-c", "import sys; print(*sys.version_info[:2])"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout.split()
    return int(text[0]), int(text[1])
