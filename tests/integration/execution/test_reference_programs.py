"""The programs of the reference's release, started on each architecture that runs here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from fixtures.artifacts.reference_programs import launcher, phase
from fixtures.execution.emulation import find_executor
from fixtures.oci.elf import STATUS, program
from fixtures.oci.platforms import LINUX, Platform, host_platform

APIS = ("0.13", "0.15")

ENVIRONMENTS = {
    "supported": ({"CNB_PLATFORM_API": "0.13"}, 0),
    "supported-among-others": ({"A": "B", "CNB_PLATFORM_API": "0.15", "Z": ""}, 0),
    "between": ({"CNB_PLATFORM_API": "0.14"}, 11),
    "shorter": ({"CNB_PLATFORM_API": "0.1"}, 11),
    "longer": ({"CNB_PLATFORM_API": "0.130"}, 11),
    "empty": ({"CNB_PLATFORM_API": ""}, 11),
    "elsewhere": ({"X": "CNB_PLATFORM_API=0.13"}, 11),
    "none": ({}, 11),
}


@pytest.fixture(params=LINUX, ids=str)
def prefix(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Platform, tuple[str, ...]]:
    """Give a platform whose programs run here, and what their command lines begin with."""
    platform: Platform = request.param
    found = find_executor(platform, tmp_path)
    if found is None:
        pytest.skip(f"nothing here runs {platform}")
    return platform, found.prefix


def write(path: Path, content: bytes) -> str:
    """Write a program."""
    path.write_bytes(content)
    path.chmod(0o755)
    return str(path)


def test_phase_says_its_version_at_the_platform_apis_that_it_supports(
    prefix: tuple[Platform, tuple[str, ...]], tmp_path: Path
) -> None:
    platform, begins = prefix
    path = write(tmp_path / "analyzer", phase(platform.architecture, "1.2.3", APIS))

    for environment, status in ENVIRONMENTS.values():
        done = subprocess.run([*begins, path, "-version"], env=environment, capture_output=True, check=False)
        assert (done.returncode, done.stdout) == (status, b"" if status else b"1.2.3\n"), environment


def test_launcher_becomes_what_it_is_to_start(prefix: tuple[Platform, tuple[str, ...]], tmp_path: Path) -> None:
    platform, begins = prefix
    path = write(tmp_path / "launcher", launcher(platform.architecture))
    own = write(tmp_path / "app", program(host_platform().architecture))

    statuses = [
        subprocess.run([*begins, path, *arguments], env={}, check=False).returncode
        for arguments in (["--", own], ["--", sys.executable, "-ISc", "raise SystemExit(7)"], ["--", "/gone"], [])
    ]

    assert statuses == [STATUS, 7, 126, 126]
