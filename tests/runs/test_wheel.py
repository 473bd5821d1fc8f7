"""The wheel: what it holds, and that its command works where there is no checkout."""

from __future__ import annotations

import email
import tarfile
import zipfile
from pathlib import Path

import pytest

from conformance.commit import commit_of
from tests.support.installed import Installed, build, install
from tests.support.runs import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    return build(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel, installed."""
    return install(wheel, tmp_path_factory.mktemp("installed"))


def test_one_name_is_at_the_top_of_site_packages(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.partition("/")[0] for name in archive.namelist()}

    assert {name for name in tops if not name.endswith(".dist-info")} == {"lifecycle_conformance"}


def test_other_runs_of_pytest_hear_nothing_of_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (entry_points,) = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
        text = archive.read(entry_points).decode()

    assert text.split() == ["[console_scripts]", "lifecycle-conformance", "=", "lifecycle_conformance:main"]


def test_tests_of_the_project_and_its_tools_are_not_in_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = [name for name in archive.namelist() if name.startswith("lifecycle_conformance/tree/")]

    below = {name.removeprefix("lifecycle_conformance/tree/") for name in inside}
    rooms = {name.partition("/")[0] for name in below if "/" in name}
    assert rooms == {"conformance", "fixtures", "images", "reports", "suites", "tools"}
    needed = {"__init__.py", "apt-install", "emulators", "pythons.py", "runnable.py"}
    assert {name for name in below if name.startswith("tools/")} == {f"tools/{name}" for name in needed}


def test_wheel_says_what_it_takes(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = [name for name in archive.namelist() if name.endswith("/METADATA")]
        said = email.message_from_bytes(archive.read(metadata))

    assert (said["Name"], said["Requires-Python"]) == ("lifecycle-conformance", "<3.15,>=3.11")


@pytest.mark.skipif(not commit_of(ROOT), reason="this is no checkout")
def test_wheel_names_the_commit_that_it_is_of_whether_from_a_checkout_or_an_sdist(wheel: Path, tmp_path: Path) -> None:
    with tarfile.open(build(tmp_path / "sdist", "sdist")) as archive:
        archive.extractall(tmp_path, filter="data")
    (unpacked,) = tmp_path.glob("lifecycle_conformance-*")

    wheels = [wheel, build(tmp_path / "again", tree=unpacked)]

    assert [noted_in(each) for each in wheels] == [commit_of(ROOT)] * 2


def noted_in(wheel: Path) -> str:
    with zipfile.ZipFile(wheel) as archive:
        return archive.read("lifecycle_conformance/tree/COMMIT").decode().strip()


def test_programs_can_be_started_once_they_are_installed(installed: Installed) -> None:
    tree = installed.site_packages / "lifecycle_conformance" / "tree"

    programs = [*(tree / "images" / "reference").glob("[a-z]*r"), tree / "tools" / "emulators"]
    assert len(programs) > 3
    assert all(path.stat().st_mode & 0o111 for path in programs)


def test_command_reads_its_own_rows_from_an_empty_directory(installed: Installed, tmp_path: Path) -> None:
    done = installed.call("explain", "rebaser-target-kept", directory=tmp_path)

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("rebaser-target-kept, a MUST by platform\n")


def test_names_that_others_have_too_are_not_mistaken_for_its_own(installed: Installed, tmp_path: Path) -> None:
    for name in ("suites", "reports", "conformance", "fixtures"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(99)\n")

    assert installed.call("list", directory=tmp_path, variables={"PYTHONPATH": str(tmp_path)}).returncode == 0
