"""Runs on different registries have to agree, case by case; a comparison of nothing is no agreement."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tools.compare_verdicts import main

OWN, OTHER = "linux/amd64", "linux/arm64"


def reported(directory: Path, registry: str, verdicts: Mapping[str, str]) -> str:
    """Write the results of a run, as far as they are compared, and give where."""
    (directory / registry).mkdir(exist_ok=True)
    cases = [{"id": name, "verdict": verdict, "platform": OWN} for name, verdict in verdicts.items()]
    cases.append({"id": f"emulated on {registry}", "verdict": "pass", "platform": OTHER})
    document = {"environment": {"host": OWN, "registry": registry}, "cases": cases}
    (directory / registry / "results.json").write_text(json.dumps(document))
    return str(directory / registry)


def test_agreement(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    verdicts = {"a": "pass", "b": "fail"}
    runs = [reported(tmp_path, registry, verdicts) for registry in ("docker", "process", "embedded")]

    assert main(runs) == 0
    assert capsys.readouterr().out == "2 cases on docker, process, embedded: no verdicts differ\n"


@pytest.mark.parametrize(("verdicts", "text"), [({"a": "fail"}, "fail"), ({}, "absent")])
def test_difference(tmp_path: Path, capsys: pytest.CaptureFixture[str], verdicts: dict[str, str], text: str) -> None:
    runs = [reported(tmp_path, "docker", {"a": "pass"}), reported(tmp_path, "process", verdicts)]

    assert main(runs) == 1
    assert capsys.readouterr().out.startswith(f"a: docker pass, process {text}\n")


def test_same_registry_twice_is_no_comparison(tmp_path: Path) -> None:
    run = reported(tmp_path, "process", {"a": "pass"})

    assert main([run, run]) == 1


def test_runs_without_a_case_agree_on_nothing(tmp_path: Path) -> None:
    assert main([reported(tmp_path, registry, {}) for registry in ("docker", "process")]) == 1
