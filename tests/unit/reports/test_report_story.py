"""How the story of a case is told, and how text of unknown origin is made fit to be shown."""

from __future__ import annotations

import sys
import unicodedata
from dataclasses import replace

import pytest

from reports.story import Story
from reports.text import clip, middle_out, printable

STORY = Story(
    requirement="rebaser-run-index",
    level="MUST",
    statement="The child that fits the app image is used.",
    source="issue 435: rebaser",
    held=("run  index of linux/amd64, linux/arm64", "app  linux/arm64"),
    ran=("CNB_PLATFORM_API=0.15 rebaser -run-image localhost:5000/run localhost:5000/app",),
    expected="base layers of run linux/arm64",
    found="base layers of run linux/amd64",
    requests=("GET run latest 200",),
    output="Restoring metadata\nDone",
    reproduce="pytest 'suites/rebaser/test_run_index.py::test_it[arm64]'",
)


def test_a_story_reads_from_the_rule_to_the_command() -> None:
    assert (
        STORY.render()
        == """\
rebaser-run-index, a MUST
    The child that fits the app image is used.
    (issue 435: rebaser)

The registry held
    run  index of linux/amd64, linux/arm64
    app  linux/arm64

What was run
    $ CNB_PLATFORM_API=0.15 rebaser -run-image localhost:5000/run localhost:5000/app

Expected
    base layers of run linux/arm64

Found
    base layers of run linux/amd64

What the phase asked of the registry
    GET run latest 200

The end of its output
    Restoring metadata
    Done

To see it again
    pytest 'suites/rebaser/test_run_index.py::test_it[arm64]'"""
    )


def test_parts_that_are_empty_are_not_told() -> None:
    told = replace(STORY, held=(), ran=("",), requests=(), output="\n \n", reproduce="").render()
    assert [line for line in told.split("\n") if line and not line.startswith(" ")] == [
        "rebaser-run-index, a MUST", "Expected", "Found",
    ]  # fmt: skip


def test_long_parts_lose_their_middle_and_commands_nothing() -> None:
    command = "exporter " + "x" * 5000
    output = "\n".join(f"line {n}" for n in range(1000))
    told = replace(STORY, output=output, ran=(command,), found="y" * 5000, reproduce=command).render()
    assert told.count(command) == 2
    assert "line 0\n" in told
    assert "line 999" in told
    assert "lines left out" in told
    assert "y" * 300 not in told


def test_a_story_holds_no_escape_sequences() -> None:
    told = replace(STORY, found="\x1b[31mred", output="a\rb\x1b]8;;x\x07", held=("\x9b",)).render()
    assert "\x1b" not in told
    assert r"\x1b[31mred" in told
    assert r"a\rb" in told


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
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    assert {unicodedata.category(char) for char in printable(everything)} & {"Cc", "Cf", "Cs", "Zl", "Zp"} == {"Cc"}
    assert {char for char in printable(everything) if unicodedata.category(char) == "Cc"} == {"\n", "\t"}


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


def test_example_is_told_as_it_can_be_pasted() -> None:
    told = replace(STORY, example=("# number 3", "index_of(", "    run_image(AMD64),", ")")).render()

    lines = told.splitlines()
    start = lines.index("The smallest example that shows it")
    assert lines[start + 1 : start + 5] == [
        f"    {line}" for line in ("# number 3", "index_of(", "    run_image(AMD64),", ")")
    ]
