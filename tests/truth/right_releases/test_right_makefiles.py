"""Makefiles that are right another way than the reference's are accused of nothing; nulls pass nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.artifacts.trees import tree_of
from tests.support.runs import run_suite
from tests.support.sampled import but_few
from tests.truth.right_releases.makefiles import MAKEFILES, REALLY_BUILT, RightMakefile

RIGHT = ("pass", "not-run", "not-applicable")
NULLS = {"succeeds": ".DEFAULT build package: ; @true\n%: ; @true\n", "fails": "build package: ; @false\n%: ; @false\n"}


def write(makefile: RightMakefile, directory: Path) -> Path:
    """Write a checkout, and give the target file that names it."""
    checkout = directory / "checkout"
    for path, text in {"Makefile": makefile.text, **makefile.files}.items():
        (checkout / path).parent.mkdir(parents=True, exist_ok=True)
        (checkout / path).write_text(text)
        (checkout / path).chmod(0o755)
    target = directory / "target.toml"
    target.write_text(f'[artifacts]\nplaces = ["checkout:checkout"]\n{makefile.section}')
    return target


@pytest.mark.parametrize("makefile", but_few(MAKEFILES))
def test_right_makefile_is_accused_of_nothing(makefile: RightMakefile, tmp_path: Path) -> None:
    target = write(makefile, tmp_path)
    before = tree_of(tmp_path / "checkout")

    run = run_suite(tmp_path / "run", f"--artifacts={target}", places=["suites"])

    false_positives = {case.id: case.message for case in run.cases if case.verdict not in RIGHT}
    assert false_positives == {}, run.output
    assert tree_of(tmp_path / "checkout") == before


@pytest.mark.parametrize("tool", ["docker run --rm golang", "a-tool-that-nobody-has"])
def test_tools_that_are_not_here_are_nobodys_fault(tool: str, tmp_path: Path) -> None:
    text = f"build-linux-amd64 build-linux-arm64:\n\t{tool} build\nbuild: build-linux-amd64 build-linux-arm64\n"
    target = write(RightMakefile("tool", text), tmp_path)

    run = run_suite(tmp_path / "run", f"--artifacts={target}", places=["suites"])

    assert {case.verdict for case in run.cases} == {"not-run", "untestable"}, run.output
    assert run.verdict == "incomplete"


@pytest.mark.parametrize("null", but_few(NULLS))
def test_makefile_that_does_nothing_passes_nothing(null: str, tmp_path: Path) -> None:
    target = write(RightMakefile(null, NULLS[null], section='umbrella = { image = "build-image" }'), tmp_path)

    run = run_suite(tmp_path / "run", f"--artifacts={target}", places=["suites"])

    assert not {case.id for case in run.cases if case.verdict == "pass"}, run.output
    assert "fail" in {case.verdict for case in run.cases}


def test_what_takes_stand_ins_is_not_judged_without(tmp_path: Path) -> None:
    target = write(REALLY_BUILT, tmp_path)

    run = run_suite(tmp_path / "run", f"--artifacts={target}", "--collect-only", places=["suites/artifacts"])

    assert "test_checkout_targets.py" in run.output
    assert "where_packing_fails" in run.output
    taking = ("where_compiling", "another_machine", "are_static", "for_its_platform")
    assert not [name for name in taking if name in run.output]
