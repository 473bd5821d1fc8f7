"""The adapters that are shown as examples: what a rebaser is called with, said to a program that records it."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from fixtures.lifecycle.phases import PHASES
from fixtures.lifecycle.targets import open_target
from tests.support.runs import ROOT, write_program

ADAPTERS = ROOT / "docs" / "examples" / "adapters"
COMMON = (
    "-uid",
    "0",
    "-gid",
    "0",
    "-insecure-registry",
    "127.0.0.1:5000",
    "-run-image",
    "r/run",
    "-report",
    "/w/r.toml",
)

CALLS: dict[str, tuple[str, Mapping[str, str], tuple[str, ...], str]] = {
    "pack": (
        "pack-rebase",
        {"PACK": "fake"},
        (*COMMON, "r/app"),
        "rebase r/app --publish --run-image r/run --insecure-registry 127.0.0.1:5000",
    ),
    "pack with force": (
        "pack-rebase",
        {"PACK": "fake"},
        ("-insecure-registry", "a:1", "-insecure-registry", "b:1", "-force", "r/app"),
        "rebase r/app --publish --force --insecure-registry a:1 --insecure-registry b:1",
    ),
    "kpack": (
        "kpack-rebase",
        {"KPACK_REBASE": "fake"},
        (*COMMON, "r/app", "r/app:2"),
        "-run-image r/run -last-built-image r/app -report /w/r.toml r/app r/app:2",
    ),
    "kpack on another image": (
        "kpack-rebase",
        {"KPACK_REBASE": "fake"},
        (*COMMON, "-previous-image", "r/old", "r/app"),
        "-run-image r/run -last-built-image r/old -report /w/r.toml r/app",
    ),
}


def call(adapter: str, environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Call an adapter as a rebaser is called."""
    return subprocess.run(
        [ADAPTERS / adapter, *arguments], env=environment, capture_output=True, text=True, check=False
    )


def fake(directory: Path, status: int = 0) -> str:
    """Write a program that prints its arguments, one a line, and ends with a status; give its path."""
    write_program(directory / "fake", f'#!/bin/sh\nprintf "%s\\n" "$@"\nexit {status}\n')
    return str(directory / "fake")


@pytest.mark.parametrize(("adapter", "environment", "given", "said"), CALLS.values(), ids=list(CALLS))
def test_what_a_rebaser_is_called_with_is_said_to_the_program(
    tmp_path: Path, adapter: str, environment: Mapping[str, str], given: tuple[str, ...], said: str
) -> None:
    done = call(adapter, dict.fromkeys(environment, fake(tmp_path)), *given)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split("\n")[:-1] == said.split(" ")


@pytest.mark.parametrize("adapter", ["pack-rebase", "kpack-rebase"])
def test_status_of_the_program_is_handed_on(tmp_path: Path, adapter: str) -> None:
    variable = "PACK" if adapter == "pack-rebase" else "KPACK_REBASE"

    assert call(adapter, {variable: fake(tmp_path, 7)}, "r/app").returncode == 7


@pytest.mark.parametrize(
    ("adapter", "given"),
    [
        ("pack-rebase", ("-previous-image", "r/old", "r/app")),
        ("pack-rebase", ("r/app", "r/app:2")),
        ("pack-rebase", ()),
        ("kpack-rebase", ("-force", "r/app")),
        ("kpack-rebase", ()),
    ],
)
def test_what_can_not_be_said_is_refused_before_anything_is_done(adapter: str, given: tuple[str, ...]) -> None:
    done = call(adapter, dict.fromkeys(("PACK", "KPACK_REBASE"), "/no/such/program"), *given)

    assert done.returncode == 90
    assert done.stderr.startswith(f"{adapter}: ")


@pytest.mark.parametrize("name", ["pack", "kpack"])
def test_every_flag_of_a_rebaser_is_taken_that_the_target_file_does_not_deny(tmp_path: Path, name: str) -> None:
    target = open_target(str(ADAPTERS / f"{name}.toml"), tmp_path)
    flags = [flag for flag in PHASES["rebaser"].flags if flag.name[1:] not in ("force", "previous-image")]
    denied = {"-force", "-previous-image"} - {f"-{each}" for each in target.facts.capabilities}

    for flag in (*flags, *(flag for flag in PHASES["rebaser"].flags if flag.name not in denied)):
        value = () if flag.switch else ("x",)
        variables = dict.fromkeys(("PACK", "KPACK_REBASE"), fake(tmp_path))
        assert call(f"{name}-rebase", variables, flag.name, *value, "r/app").returncode == 0, flag

    assert (target.facts.phases, target.facts.platform_apis[:1]) == (
        ("rebaser",),
        ("0.12" if name == "pack" else "0.9",),
    )
