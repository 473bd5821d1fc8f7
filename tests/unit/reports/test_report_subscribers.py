"""Who is told of a run: a report is one class and one line, and the files of a run are written all or none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from conformance import report_files
from reports import every
from reports.case import Case, Verdict
from reports.results import Results
from reports.subscribers import FileReport, Report, ReportOptions, Written

MakeCase = Callable[..., Case]
MakeResults = Callable[..., Results]


class Toy(FileReport):
    """A file with a line for each case, as it ended."""

    file = "toy.txt"

    def __init__(self, options: ReportOptions) -> None:
        super().__init__(options)
        self._lines: list[str] = []

    def case_finished(self, case: Case) -> None:
        """Keep a line."""
        self._lines.append(f"{case.requirement} {case.verdict.value}")

    def render(self, results: Results) -> bytes:
        """Give the lines, and the verdict."""
        return "\n".join([*self._lines, results.verdict.value]).encode()


class Full(Toy):
    """A file that can't be written."""

    def render(self, results: Results) -> bytes:
        """Fail as a disk does."""
        raise OSError(f"disk full, after {results.verdict.value}")


@pytest.fixture
def run(make_case: MakeCase, make_results: MakeResults) -> Results:
    """Give the results of a run of two cases."""
    return make_results([make_case("must-one", Verdict.PASS), make_case("should-one", Verdict.WARN)])


def text(run: Results, directory: Path | None) -> tuple[str, Written]:
    """Tell every report of a run, and give what was said and written."""
    said: list[str] = []
    written = Written()
    reports = every.subscribe(ReportOptions(directory, said.append, written=written))
    for case in run.cases:
        for report in reports:
            report.case_finished(case)
    report_files.finish(reports, run, written)
    return "\n".join(said), written


def test_a_new_report_is_one_class_and_one_line(run: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(every, "REPORTS", {"toy": Toy, **every.REPORTS})

    said, written = text(run, tmp_path)

    assert (tmp_path / "toy.txt").read_text() == "must-one pass\nshould-one warn\nconformant"
    assert f"reports: {tmp_path}/toy.txt, {tmp_path}/results.json, {tmp_path}/junit.xml\n" in said
    assert said.splitlines()[-1].startswith("verdict: conformant - ")
    assert every.files() == ("toy.txt", "results.json", "junit.xml")
    assert written.trouble == ""


def test_without_a_directory_only_the_terminal_is_told(run: Results) -> None:
    said, written = text(run, None)

    assert written.paths == []
    assert "reports: " not in said
    assert "verdict: conformant" in said


@pytest.mark.parametrize("place", ["first", "last"])
def test_files_are_written_all_or_none(
    run: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    files = {name: report for name, report in every.REPORTS.items() if report.file}
    terminal = {"terminal": every.REPORTS["terminal"]}
    reports = {"full": Full, **files, **terminal} if place == "first" else {**files, "full": Full, **terminal}
    monkeypatch.setattr(every, "REPORTS", reports)

    said, written = text(run, tmp_path)

    assert list(tmp_path.iterdir()) == []
    assert written.trouble == f"the reports could not be written to {tmp_path}: disk full, after conformant"
    assert said.splitlines()[-1].startswith(f"verdict: error - {written.trouble}; but for that: conformant")


def test_a_report_that_is_no_file_and_fails_is_the_suites_own_fault(run: Results) -> None:
    class Broken(Report):
        """A report that says nothing."""

        def run_finished(self, results: Results) -> Path | None:
            """Fail."""
            raise ValueError(f"no words for {results.verdict.value}")

    with pytest.raises(ValueError, match="no words"):
        report_files.finish([Broken(ReportOptions())], run, Written())
