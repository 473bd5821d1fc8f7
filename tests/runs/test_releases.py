"""A run has a lifecycle, a release, or both: what is not given is no part of it, and what is, is judged whole."""

from __future__ import annotations

import hashlib
import shlex
from pathlib import Path

import pytest

from conformance.again import COMMAND
from fixtures.artifacts.reference import DIST, archive_name, contents, make, packed
from fixtures.oci.platforms import ARM64, Platform
from tests.support.runs import EMBEDDED, NO_ENGINE, ROOT, run_suite

OF_LIFECYCLE, OF_RELEASE = "analyzer-previous-missing", "artifact-set"
ONE_OF_EACH = ("--only", f"{OF_LIFECYCLE},{OF_RELEASE}")

FREEBSD = Platform("freebsd", "arm64")


@pytest.mark.long
def test_release_alone_is_judged_without_a_registry(tmp_path: Path) -> None:
    # Not even one that can't be had is asked for.
    run = run_suite(tmp_path, "--artifacts=reference", "--registry=127.0.0.1:9", "--examples=30", environment=NO_ENGINE)

    assert (run.verdict, run.status) == ("conformant", 0)
    assert run.results["lifecycle"] is None
    assert {row["subject"] for row in run.results["requirements"]} == {"release"}
    assert (run.results["scope"]["narrowed"], run.results["environment"]["registry"]) == (False, "")
    assert {case["platform_api"] for case in run.results["cases"]} == {""}
    assert "lifecycle:" not in run.output
    assert run.output.strip().endswith("judged: the bundled release")


@pytest.mark.long
def test_workers_are_handed_the_release(tmp_path: Path) -> None:
    run = run_suite(tmp_path, "--artifacts=reference", "-n", "2")

    assert (run.verdict, run.status) == ("conformant", 0)


def test_lifecycle_alone_is_told_of_no_release(tmp_path: Path) -> None:
    run = run_suite(tmp_path, *EMBEDDED, "--lifecycle=reference", "--only", OF_LIFECYCLE)

    assert (run.verdict, run.status) == ("conformant", 0)
    assert run.results["release"] is None
    assert {row["subject"] for row in run.results["requirements"]} == {"lifecycle"}
    assert {case.requirement for case in run.cases} == {OF_LIFECYCLE}
    assert "release" not in run.output


@pytest.mark.parametrize(
    ("options", "judged"),
    [
        ((), "the bundled reference lifecycle and its release"),
        (("--lifecycle=reference", "--artifacts=reference"), "the bundled reference lifecycle and its release"),
    ],
    ids=["neither", "both"],
)
def test_both_are_judged(options: tuple[str, ...], judged: str, tmp_path: Path) -> None:
    run = run_suite(tmp_path, *EMBEDDED, *options, *ONE_OF_EACH)

    assert (run.verdict, run.status) == ("conformant", 0)
    assert {case.requirement for case in run.cases if case.verdict == "pass"} == {OF_LIFECYCLE, OF_RELEASE}
    assert run.output.strip().endswith(f"judged: {judged}")


def test_requirement_that_is_not_about_what_is_judged_is_wrong_usage(tmp_path: Path) -> None:
    release = run_suite(tmp_path / "release", "--artifacts=reference", "--only", OF_LIFECYCLE)
    lifecycle = run_suite(tmp_path / "lifecycle", *EMBEDDED, "--lifecycle=reference", "--only", OF_RELEASE)

    assert (release.status, lifecycle.status) == (4, 4)
    assert f"--only {OF_LIFECYCLE}: it is about a lifecycle: name it by --lifecycle=" in release.output
    assert f"--only {OF_RELEASE}: it is about a release given as archives: add it by --artifacts=" in lifecycle.output


def test_place_that_is_not_understood_is_wrong_usage(tmp_path: Path) -> None:
    run = run_suite(tmp_path / "run", f"--artifacts={tmp_path}")

    assert (run.status, run.document) == (4, None)
    assert "neither archives (*.tgz) or folders of platforms are there" in run.output


def test_platform_that_nothing_here_starts_is_left_out_and_said(tmp_path: Path) -> None:
    make(tmp_path / "release")
    files = contents(ARM64)
    marked = {name: file.content[:7] + b"\x09" + file.content[8:] for name, file in files.items() if file.mode == 0o755}
    files |= {name: type(files[name])(content, 0o755) for name, content in marked.items()}
    name = archive_name(ARM64).replace("linux", "freebsd")
    (tmp_path / "release" / DIST / name).write_bytes(packed(files))

    run = run_suite(tmp_path / "run", f"--artifacts=release:{tmp_path}/release/{DIST}")

    left_out = {case.requirement for case in run.cases if case.verdict == "not-run" and "freebsd" in case.message}
    assert left_out == {"artifact-starts", "artifact-descriptor"}
    assert (run.verdict, run.status) == ("conformant", 0)
    assert str(FREEBSD) in run.results["release"]["not_started"]
    assert "freebsd/arm64: programs of the release for these are looked at but not started" in run.output


def test_release_of_which_nothing_can_be_started_is_not_judged_whole(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    make(tmp_path / "release")
    for path in (tmp_path / "release" / DIST).iterdir():
        if "arm64" not in path.name:
            path.unlink()
    (tmp_path / "release" / DIST / archive_name(ARM64)).rename(
        tmp_path / "release" / DIST / archive_name(ARM64).replace("linux", "freebsd")
    )
    file.write_text('[artifacts]\nplaces = ["release:release/dist"]\nplatforms = ["freebsd/arm64"]\n')

    run = run_suite(tmp_path / "run", f"--artifacts={file}", "--only=artifact-starts,artifact-set")

    assert run.verdicts()["artifact-starts"] == "not-run"
    assert (run.verdict, run.status) == ("incomplete", 6)


def test_cases_have_the_platform_in_their_names_and_can_be_run_again(tmp_path: Path) -> None:
    make(tmp_path / "release")
    (tmp_path / "release" / DIST / archive_name(ARM64)).unlink()

    run = run_suite(tmp_path / "run", f"--artifacts=release:{tmp_path}/release/{DIST}", "--only", OF_RELEASE)

    archives = (tmp_path / "release" / DIST).glob("*.tgz")
    digests = {path.name: f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}" for path in archives}
    assert run.results["release"]["digest"] == digests != {}
    (failed,) = [case for case in run.results["cases"] if case["verdict"] == "fail"]
    assert failed["name"] == "artifact-set/test_each_promised_platform_has_one[arm64]"
    assert (failed["platform"], failed["storage"]) == ("linux/arm64", "")
    assert failed["reproduce"] == shlex.join(failed["rerun"])
    case, *options = failed["rerun"][len(COMMAND) :]
    again = run_suite(tmp_path / "again", *options, places=[str(ROOT / case.removeprefix("--case="))])
    assert [case.verdict for case in again.cases] == ["fail"]
