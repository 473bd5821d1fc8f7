"""Which of a test's cases a run by sample keeps."""

from __future__ import annotations

from tests.support.plugins.sample import one_of
from tests.support.plugins.share import share_of


def test_each_number_is_another_case_until_there_are_no_more() -> None:
    assert [one_of("abc", number) for number in (1, 2, 3)] == ["a", "b", "c"]
    assert [one_of("ab", number) for number in (1, 2, 3)] == ["a", "b", "a"]
    assert one_of("a", 3) == "a"


def test_shares_are_all_cases_once() -> None:
    cases = list(range(7))

    shares = [share_of(cases, share, 3) for share in (1, 2, 3)]

    assert sorted(case for share in shares for case in share) == cases
    assert share_of(["only"], 3, 3) == ["only"]
