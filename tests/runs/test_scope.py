"""What a run leaves out is counted, recorded and said, whoever left it out; a requirement in part has not passed."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from fixtures.oci.platforms import host_platform
from suites.requirements.catalogue import load
from tests.runs.test_run import linux, wait_until
from tests.support.runs import (
    EMBEDDED,
    NO_ENGINE,
    Running,
    counted,
    lifecycle_of_scripts,
    processes_in,
    run_suite,
    started,
    wrapped_reference,
)
from tests.support.sampled import but_few

ALL = len(load()) - 1
"""Every requirement but `checkout-image`, which is asked of the bundled release only where an engine answers."""
MODULE = "suites/analyzer/test_previous_missing.py"
ONE = "analyzer-previous-missing"
"""A requirement with six cases, of three tests, which are all that there is in a module."""
ONLY = f"--only={ONE}"
CASE = f"{MODULE}::test_image_to_be_replaced_does_not_stand_in[{host_platform().slug}-0.15]"


@dataclass(frozen=True)
class Part:
    """A way to ask for less than all, what the reports have to call it, and how many cases of `ONE` are left."""

    name: str
    arguments: tuple[str, ...]
    by: tuple[str, ...]
    cases: int = 6
    place: str = "suites"
    environment: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


PARTS = (
    Part("only", (ONLY,), (ONLY,)),
    Part("only-of-the-environment", (), (ONLY,), environment={"PYTEST_ADDOPTS": ONLY}),
    Part("only-and-authority", (ONLY, "--authority=platform"), (ONLY, "--authority=platform")),
    Part("module", (), (MODULE,), place=MODULE),
    Part("directory", (ONLY,), (ONLY, "suites/analyzer"), place="suites/analyzer"),
    Part("keyword", ("-k", "previous_missing and replaced"), ("-k previous_missing and replaced",), cases=1),
    Part("deselected", (ONLY, f"--deselect={CASE}"), (ONLY, f"--deselect={CASE}"), cases=5),
    Part("node", (), (CASE,), cases=1, place=CASE),
    Part("test", (), (CASE.partition("[")[0],), cases=1, place=CASE.partition("[")[0]),
    Part("sample", (ONLY, "--coverage=sample"), (ONLY, "--coverage=sample"), cases=4),
    Part("nothing-lost-by-ignoring", (ONLY, "--ignore=suites/index"), (ONLY, "--ignore=suites/index")),
    Part(
        "plugin",
        (ONLY, "-p", "tests.support.plugins.share"),
        (ONLY, "-p (a plugin of pytest's)"),
        cases=4,
        environment={"SHARE": "1/2"},
    ),
)


@pytest.mark.parametrize("part", PARTS, ids=str)
def test_part_is_recorded_and_said(part: Part, tmp_path: Path) -> None:
    arguments = (*EMBEDDED, "--examples=30", *part.arguments)

    run = run_suite(tmp_path, *arguments, places=[part.place], environment={**NO_ENGINE, **part.environment})

    scope, row = run.results["scope"], next(row for row in run.results["requirements"] if row["id"] == ONE)
    by = [each for each in scope["by"] if not each.startswith("--arch")]
    assert (scope["narrowed"], tuple(by)) == (True, part.by)
    assert scope["requirements"] == {"asked": 1, "of": ALL}
    assert scope["cases"]["asked"] == part.cases
    assert scope["cases"]["of"] > 900
    whole = part.cases == 6
    assert (row["verdict"], row["left_out"]) == ("pass" if whole else "partial", 6 - part.cases)
    assert (run.verdict, run.status) == (("conformant", 0) if whole else ("incomplete", 6))
    last = run.output.strip().splitlines()[-1]
    assert last.startswith(f"verdict: {run.verdict} in what was asked: 1 of {ALL} requirements")
    assert last.endswith("judged: the bundled reference lifecycle")


def test_parts_are_counted_alike_by_workers(tmp_path: Path) -> None:
    alone, together = (run_suite(tmp_path / n, *EMBEDDED, "-n", n, places=[CASE]) for n in ("0", "2"))

    assert alone.results["scope"] == together.results["scope"]
    assert alone.verdicts() == together.verdicts()


@pytest.mark.parametrize(
    ("arguments", "by"),
    [
        (("--examples=3",), ["--examples=3"]),
        (("--examples=30",), []),
        (("--platform-api=0.12",), ["--platform-api=0.12"]),
        (("--platform-api=0.15",), []),
        pytest.param(("--platform-api=all",), [], marks=pytest.mark.long),
        (("-o", "log_level=INFO"), ["-o log_level=INFO"]),
    ],
)
def test_what_takes_from_the_cases_is_recorded_too(arguments: tuple[str, ...], by: list[str], tmp_path: Path) -> None:
    run = run_suite(tmp_path, *EMBEDDED, "--examples=30", ONLY, *arguments)

    found = [each for each in run.results["scope"]["by"] if not each.startswith("--arch")]
    assert found == [ONLY, *by]
    assert (run.verdict, run.status) == ("conformant", 0)


def test_end_at_the_first_failure_is_recorded(tmp_path: Path) -> None:
    lifecycle = lifecycle_of_scripts(tmp_path / "lifecycle", "#!/bin/sh\nexit 0\n")

    for workers in ("0", "2"):
        few = (*EMBEDDED, "-x", "-n", workers, f"--lifecycle=dir:{lifecycle}", f"{ONLY},exporter-report-digest")
        run = run_suite(tmp_path / workers, *few)

        assert (run.verdict, run.status) == ("nonconformant", 1), run.output
        assert "--maxfail=1" in run.results["scope"]["by"]
        assert not run.results["interrupted"]


NOTHING = {
    "keyword": (("-k", "nothing_matches"), "there is no case for -k nothing_matches"),
    "two-that-do-not-meet": (("--only=index-os", "--authority=robustness"), "--only=index-os --authority=robustness"),
    "that-does-not-apply": (("--only=source-flag-required",), "holds for the platform source flag"),
    "from-a-later-api": (("--only=rebaser-force-index", "--platform-api=0.11"), "holds from Platform API 0.12"),
}


@pytest.mark.parametrize(("arguments", "reason"), NOTHING.values(), ids=list(NOTHING))
@pytest.mark.parametrize("workers", but_few(["0", "2"]))
def test_nothing_judged_has_a_verdict_and_a_reason(
    arguments: tuple[str, ...], reason: str, workers: str, tmp_path: Path
) -> None:
    run = run_suite(tmp_path, *EMBEDDED, "-n", workers, "--examples=30", *arguments)

    assert (run.verdict, run.status, run.results["exit_status"]) == ("incomplete", 5, 5), run.output
    last = run.output.strip().splitlines()[-1]
    assert last.startswith("verdict: incomplete")
    assert f"nothing was judged ({reason}" in last or reason in last


@pytest.mark.parametrize(
    ("rows", "changed", "added"),
    [
        (f'id = "{ONE}"\nlevel = "SHOULD"', [ONE], []),
        ('id = "exporter-previous-mismatch"\noutcome = "as-absent"', ["exporter-previous-mismatch"], []),
        (f'id = "{ONE}"\nlevel = "MUST"', [], []),
        (
            'id = "my-own"\nphase = "index"\nauthority = "rfc-0000"\nlevel = "SHOULD"\nstatement = "x"\nsource = "y"',
            [],
            ["my-own"],
        ),
    ],
)
def test_rules_of_the_users_own_are_named(rows: str, changed: list[str], added: list[str], tmp_path: Path) -> None:
    rules = tmp_path / "mine.toml"
    rules.write_text(f"[[requirement]]\n{rows}\n")

    run = run_suite(tmp_path / "run", *EMBEDDED, ONLY, f"--requirements={rules}")

    assert run.results["rules"] == {"file": str(rules), "added": added, "changed": changed}
    last = run.output.strip().splitlines()[-1]
    assert last.endswith(f"; by altered rules: 1 row of {rules}") == bool(changed or added)


@pytest.mark.parametrize("workers", but_few(["0", "2"]))
def test_rules_without_a_test_are_wrong_usage(workers: str, tmp_path: Path) -> None:
    rules = tmp_path / "mine.toml"
    row = 'id = "my-own"\nphase = "index"\nauthority = "rfc-0000"\nlevel = "MUST"\nstatement = "x"\nsource = "y"'
    rules.write_text(f"[[requirement]]\n{row}\n")

    run = run_suite(tmp_path / "run", *EMBEDDED, "-n", workers, f"--requirements={rules}")

    assert (run.status, run.document) == (4, None), run.output
    assert "ERROR: the tests and the catalogue don't agree:\n  my-own: a MUST of rfc-0000 without a test" in run.output
    assert "INTERNALERROR" not in run.output


@linux
@pytest.mark.parametrize("workers", but_few(["0", "2"]))
def test_requirement_that_an_interruption_cut_short_has_not_passed(workers: str, tmp_path: Path) -> None:
    # The first two calls ask for its version and its Platform APIs.
    few = f"{counted(tmp_path)}; [ $n -lt 6 ]"
    lifecycle = wrapped_reference(
        tmp_path / "lifecycle", {"analyzer": f"{few} || {{ touch {tmp_path}/hangs; sleep 3600; }}"}
    )
    arguments = (*EMBEDDED, "-n", workers, "--lifecycle", f"dir:{lifecycle}", ONLY)

    with started(tmp_path / "run", *arguments) as running:
        wait_until(lambda: (tmp_path / "hangs").exists() or running.process.poll() is not None)
        Running.terminate(running)
        run = running.end()

    assert (run.verdict, run.status, run.results["exit_status"]) == ("incomplete", 2, 2), run.output
    assert {case.verdict for case in run.cases} == {"pass", "not-run"}
    assert run.verdicts()[ONE] == "partial"
    assert "; interrupted)" in run.output.strip().splitlines()[-1]
    assert processes_in(tmp_path) == []
