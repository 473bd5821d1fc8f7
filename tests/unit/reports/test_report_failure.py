"""How a case that did not hold is reported, and how text of unknown origin is made fit to be shown."""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from reports import failure
from reports.case import NO_ROW, Case, RequirementSummary, Verdict
from reports.evidence import Command, Evidence, ImageLine, capped, ends
from reports.text import clip, middle_out, printable

ROW = RequirementSummary(
    "rebaser-run-index",
    "rebaser",
    "issue-435",
    "MUST",
    "The child that fits the app image is used.",
    "issue 435: rebaser",
)
RUN, APP, MADE = (f"sha256:{number:064x}" for number in (1, 2, 3))
EVIDENCE = Evidence(
    expected=f"base layers of {RUN}",
    found="base layers of run linux/amd64",
    images=(
        ImageLine(depth=0, reference="localhost:5000/run", what="OCI index of 2", digest=RUN),
        ImageLine(depth=1, reference="1.", what="linux/amd64", digest=APP),
    ),
    commands=(
        Command(
            phase="rebaser",
            line="CNB_PLATFORM_API=0.15 rebaser -run-image localhost:5000/run localhost:5000/app",
            status=0,
            ending="exited with status 0",
            seconds=0.5,
            stdout="Restoring metadata",
            stderr="Done",
        ),
    ),
    requests=("GET run latest 200", f"PUT app {MADE} 201", f"GET app {APP} 404"),
    names={RUN: "index run", MADE: "made by the rebaser"},
)
CASE = Case(
    id="suites/rebaser/test_run_index.py::test_it[arm64]",
    requirement=ROW.id,
    verdict=Verdict.FAIL,
    rerun=("pytest", "suites/rebaser/test_run_index.py::test_it[arm64]"),
    evidence=EVIDENCE,
)


def rendered(row: RequirementSummary = ROW, *, rerun: tuple[str, ...] = CASE.rerun, **changes: Any) -> str:
    """Give the report of the case, with some of its evidence changed."""
    evidence = replace(EVIDENCE, **changes)
    return failure.message(row, replace(CASE, evidence=evidence, rerun=rerun))


def test_a_report_reads_from_the_rule_to_the_command() -> None:
    assert (
        rendered()
        == """\
rebaser-run-index, a MUST
    The child that fits the app image is used.
    (issue 435: rebaser)

The registry held
    localhost:5000/run  OCI index of 2  sha256:000000000000…
        1. linux/amd64  sha256:000000000000…

What was run
    $ CNB_PLATFORM_API=0.15 rebaser -run-image localhost:5000/run localhost:5000/app    # exited with status 0

Expected
    base layers of sha256:000000000000… (index run)

Found
    base layers of run linux/amd64

What the phase asked of the registry
    GET run latest 200
    PUT app sha256:000000000000… (made by the rebaser) 201
    GET app sha256:000000000000… (of nothing in the registry) 404

The end of its output
    Restoring metadata
    Done

To see it again
    pytest 'suites/rebaser/test_run_index.py::test_it[arm64]'"""
    )


def test_parts_that_are_empty_are_left_out() -> None:
    message = rendered(images=(), commands=(), requests=(), rerun=())
    assert [line for line in message.split("\n") if line and not line.startswith(" ")] == [
        "rebaser-run-index, a MUST", "Expected", "Found",
    ]  # fmt: skip


def test_long_parts_lose_their_middle_and_commands_nothing() -> None:
    line, (command,) = "exporter " + "x" * 5000, EVIDENCE.commands
    output = "\n".join(f"line {n}" for n in range(1000))
    message = rendered(
        commands=(replace(command, line=line, stdout=output),), found="y" * 5000, rerun=("pytest", "z" * 5000)
    )
    assert line in message
    assert "pytest " + "z" * 5000 in message
    assert "line 0\n" in message
    assert "Done" in message
    assert "lines left out" in message
    assert "y" * 300 not in message


def test_a_report_holds_no_escape_sequences() -> None:
    image = ImageLine(depth=0, reference="\x9b", what="\x07", digest=RUN)
    message = rendered(found="\x1b[31mred", requests=("a\rb\x1b]8;;x\x07",), images=(image,), names={RUN: "\x1b[0m"})
    assert "\x1b" not in message
    assert r"\x1b[31mred" in message
    assert r"a\rb" in message


def test_what_has_no_evidence_says_why() -> None:
    case = Case(id="x", requirement="", verdict=Verdict.HARNESS_ERROR, reason="It broke.", trace="at \x1b line 3")
    assert failure.message(NO_ROW, case) == "It broke.\n\nat \\x1b line 3"
    assert failure.message(NO_ROW, replace(case, trace="")) == "It broke."


GOLDEN = Path(__file__).parent / "stored"


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_stored_cases_read_as_they_always_did(path: Path) -> None:
    """The texts are those that the code before there was Evidence made of the same cases."""
    row, case = msgspec.json.decode(path.read_bytes(), type=tuple[RequirementSummary, Case])

    assert failure.message(row, case) + "\n" == path.with_suffix(".txt").read_text()


def test_ten_cases_are_stored() -> None:
    assert len(list(GOLDEN.glob("*.json"))) == 10


def test_streams_are_cut_to_their_ends_where_they_are_captured() -> None:
    lines = "\n".join(f"line {n}" for n in range(100))
    assert ends("a\n", " b \udcff") == ("a", "b \\udcff")
    assert ends("", lines, 4) == ("", "line 0\n… 97 lines left out …\nline 98\nline 99")
    out, err = ends(lines, lines, 10)
    assert (len(out.split("\n")), len(err.split("\n"))) == (5, 5)
    assert ends("x", lines, 10)[0] == "x"
    assert len(ends("x" * 5000, "")[0]) == 400


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(exclude_categories=())), st.text(st.characters(exclude_categories=())))
def test_whatever_is_captured_can_be_written_and_read_back(one: str, other: str) -> None:
    stdout, stderr = ends(one, other)
    command = Command(phase="x", line="x", status=0, ending="", seconds=0, stdout=stdout, stderr=stderr)
    evidence = Evidence(expected=capped(one), found=capped(other), commands=(command,))
    assert msgspec.json.decode(msgspec.json.encode(evidence), type=Evidence) == evidence


def test_long_texts_are_cut_where_they_are_captured() -> None:
    assert capped("a\udcff") == "a\\udcff"
    assert len(capped("x" * 9000)) == 2000
    assert len(capped("\n" * 9000).split("\n")) == 30


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\ttext\n", "plain\ttext\n"),
        ("größer … ≠ 日本 🙂", "größer … ≠ 日本 🙂"),
        ("a\r\nb\rc", "a\nb\\rc"),
        ("\x1b[0m\x00\x85", "\\x1b[0m\\x00\\x85"),
        ("\u202ebackwards\u2028", "\\u202ebackwards\\u2028"),
        ("\udcff\ufffe", "\\udcff\\ufffe"),
    ],
)
def test_printable(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_no_control_is_printable() -> None:
    kinds = ("Cc", "Cf", "Cs", "Zl", "Zp")
    controls = "".join(char for char in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(char) in kinds)
    assert len(controls) > 2000
    assert {char for char in printable(controls) if unicodedata.category(char) in kinds} == {"\n", "\t"}


@pytest.mark.parametrize("limit", [3, 4, 10])
def test_middle_out_keeps_to_the_limit(limit: int) -> None:
    lines = [str(n) for n in range(50)]
    shown = middle_out(lines, limit)
    assert len(shown) == limit
    assert (shown[0], shown[-1]) == ("0", "49")
    assert f"… {50 - limit + 1} lines left out …" in shown
    assert middle_out(lines, 50) == lines


def test_clip_keeps_to_the_limit() -> None:
    line = "".join(chr(ord("a") + n % 26) for n in range(500))
    assert len(clip(line, 100)) == 100
    assert clip(line, 500) == line
    assert clip(line, 100)[-10:] == line[-10:]


def test_an_example_can_be_pasted() -> None:
    lines = rendered(example=("# number 3", "index_of(", "    run_image(AMD64),", ")")).splitlines()

    start = lines.index("The smallest example that shows it")
    assert lines[start + 1 : start + 5] == [
        f"    {line}" for line in ("# number 3", "index_of(", "    run_image(AMD64),", ")")
    ]
