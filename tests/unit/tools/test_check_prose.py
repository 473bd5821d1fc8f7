"""What lint says of words, and what it leaves alone."""

from __future__ import annotations

import pytest

from tools.check_prose import british_words, unruly_lines


@pytest.mark.parametrize(
    "page",
    [
        "A sentence.\nAnother one, of e.g. Linux, i.e. a system (it has two. Sentences in it) of v0.21.17.\n",
        "# A heading. Of two\n\n| a | table. Of two\n|---|---|\n",
        "```\nCode. That goes\non\n```\n",
        "- an item\n- Another.\n  It goes on.\n1. One.\n   It goes on:\n\n   ```\n   Code. Here\n   ```\n",
        "**1. The row.**\nIn `a.toml. It` stands [all](b.md. C).\n",
        "A paragraph without an end\n",
        'What is asked: does "it" hold?\nIt "does."\nIt does (so).\n',
    ],
)
def test_page_as_it_should_be(page: str) -> None:
    assert list(unruly_lines(page, "a.md")) == []


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("It is so. It goes on.", "two sentences"),
        ("Is it so? **It** is.", "two sentences"),
        ("It is (so.) `code` follows.", "two sentences"),
        ("- **It is so.** It goes on.", "two sentences"),
        ("It is so, and\ngoes on.", "ends within a sentence"),
        ("- an item that\n  goes on.", "ends within a sentence"),
        ("It ends in `code`\nand goes on.", "ends within a sentence"),
    ],
)
def test_line_that_is_not(line: str, problem: str) -> None:
    (found,) = unruly_lines(f"Before.\n\n{line}\n", "a.md")

    assert found.startswith("a.md:3: ")
    assert problem in found


def test_british_words() -> None:
    text = "The catalogue is a promise of color.\nIts behaviour is organised; Colours are labelled.\n"

    found = list(british_words(text, "a.py"))

    assert [line.split()[1] for line in found] == ["behaviour", "organised", "Colours", "labelled"]
    assert all(line.startswith("a.py:2: ") for line in found)
