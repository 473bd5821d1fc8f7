"""`doctor`: what it finds on a machine and of a target, and that it leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fixtures.oci.platforms import host_platform
from fixtures.registry.stores.embedded import EmbeddedStore
from tests.integration.registry.faulty import Faulty
from tests.integration.registry.field_faults import refusing
from tests.support.runs import NO_ENGINE, ROOT, SUCCEEDS, lifecycle_of_scripts, wrapped_reference

OWN = ("--arch", str(host_platform()))


def doctor(
    directory: Path, *arguments: str, path: str = os.environ["PATH"], seconds: float = 120
) -> tuple[int, dict[str, str], str]:
    """Call it: its status, its lines by the name of what was found (`+` or `-` first), and its errors."""
    (directory / "tmp").mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "conformance", "doctor", *arguments],
        cwd=ROOT,
        env={"PATH": path, "HOME": str(directory), "TMPDIR": str(directory / "tmp"), **NO_ENGINE},
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert list((directory / "tmp").iterdir()) == []
    found = {line[2:13].strip(): line.replace("✓", "+").replace("✗", "-") for line in done.stdout.splitlines()}
    return done.returncode, found, done.stderr


def test_machine_alone_is_told_without_a_target(tmp_path: Path) -> None:
    status, found, said = doctor(tmp_path)

    assert status == (6 if any(line.startswith("-") for line in found.values()) else 0)
    assert {"suite", "room", "registry", "readers", "amd64", "arm64", "s390x"} <= set(found)
    assert not {"lifecycle", "exporter"} & set(found)
    assert said == ""


def test_registry_is_told_of_with_what_it_can_do(tmp_path: Path) -> None:
    _, found, _ = doctor(tmp_path)

    for name in ("HEAD", "moving tags", "nested indexes", "subject", "deletes", "reads after writes"):
        assert name in found["embedded"]


def test_registry_that_was_named_is_asked_what_it_can_do(tmp_path: Path) -> None:
    no_deletes = refusing(405, lambda asked: asked.method == "DELETE")
    with EmbeddedStore() as right, Faulty(right.address, no_deletes) as registry:
        status, found, _ = doctor(tmp_path, "--registry", registry.address)

    assert found["registry"] == f"+ registry    registry at {registry.address}"
    assert found["it can"].startswith("- it can      HEAD, moving tags")
    assert "can't: deletes; it deletes no image" in found["it can"]
    assert status == 6


def test_registry_that_does_not_answer_stops_everything(tmp_path: Path) -> None:
    status, found, _ = doctor(tmp_path, "--registry=127.0.0.1:1")

    assert status == 3
    assert "does not answer" in found["registry"]


def test_what_is_missing_is_said_with_how_to_get_it(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()

    status, found, _ = doctor(tmp_path, path=str(tmp_path / "bin"))

    assert status == 6
    assert found["readers"].startswith("- readers")
    assert "phase-output-readable" in found["readers"]
    assert found["readers"].endswith("(apt install skopeo)")
    assert found["registry"].endswith(" embedded")


def test_target_is_opened_and_an_export_and_a_rebase_are_run(tmp_path: Path) -> None:
    status, found, said = doctor(tmp_path, "reference", *OWN)

    assert said == ""
    assert "Platform API 0.15" in found["lifecycle"]
    assert found["exporter"].startswith("+ exporter    exporter exited with status 0")
    assert found["rebaser"].startswith("+ rebaser     rebaser exited with status 0")
    assert "requirements" in found["would judge"]
    assert status in (0, 6)


def test_target_that_says_nothing_and_does_nothing_does_not_pass(tmp_path: Path) -> None:
    lifecycle = lifecycle_of_scripts(tmp_path / "lifecycle", SUCCEEDS)

    status, found, _ = doctor(tmp_path, str(lifecycle))

    assert status == 6
    assert found["exporter"].startswith("- exporter")
    assert "wrote no image" in found["exporter"]


def test_target_that_does_not_know_its_command_line_stops_everything(tmp_path: Path) -> None:
    lifecycle = lifecycle_of_scripts(tmp_path / "lifecycle", "#!/bin/sh\necho no such flag >&2\nexit 3\n")

    status, found, _ = doctor(tmp_path, str(lifecycle))

    assert status == 3
    assert "no such flag" in found["exporter"]


def test_rebaser_alone_is_tried_where_there_is_no_exporter(tmp_path: Path) -> None:
    lifecycle = wrapped_reference(tmp_path / "lifecycle", {})
    (lifecycle / "exporter").unlink()

    _, found, _ = doctor(tmp_path, str(lifecycle))

    assert found["rebaser"].startswith("+ rebaser")
    assert "exporter" not in found


@pytest.mark.parametrize(
    "arguments", [("/no/such",), ("reference", "--arch=mips"), ("",), ("--registry=banana",), ("--regi=process",)]
)
def test_target_that_makes_no_sense_is_wrong_usage(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    status, _, said = doctor(tmp_path, *arguments)

    assert status == 4
    assert len(said.splitlines()) == 1
