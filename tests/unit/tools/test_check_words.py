"""Words that were given up do not come back as names; prose and what others call so are left alone."""

from __future__ import annotations

import pytest

from tools.check_words import old_words


@pytest.mark.parametrize(
    "code",
    [
        "class World: ...",
        "told = 1",
        "def weather(): ...",
        "from a import Leg",
        "import a as Leg",
        "x.in_brief",
        "f(flavour=1)",
        "def f(told): ...",
        "text = f'{told}'",
    ],
)
def test_a_name_that_is_an_old_word(code: str) -> None:
    (problem,) = old_words(code, "a.py")
    assert problem.startswith("a.py:1: ")
    assert " is called " in problem


@pytest.mark.parametrize("code", ["'''It told the world.'''", "untold = 1", "Worlds = 2", "# told"])
def test_no_name_that_is_an_old_word(code: str) -> None:
    assert list(old_words(code, "a.py")) == []
