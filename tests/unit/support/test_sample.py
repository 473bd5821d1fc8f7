"""Which of a test's cases a run by sample keeps."""

from __future__ import annotations

from tests.support.plugins.sample import is_in_share, one_of
from tests.support.plugins.share import share_of


def test_each_number_is_another_case_until_there_are_no_more() -> None:
    assert [one_of("abc", number) for number in (1, 2, 3)] == ["a", "b", "c"]
    assert [one_of("ab", number) for number in (1, 2, 3)] == ["a", "b", "a"]
    assert one_of("a", 3) == "a"


def test_tests_are_in_one_share_of_several_and_properties_in_each() -> None:
    tests = ["suites/a.py::one", "suites/a.py::two", "suites/a.py::three", "suites/generated/a.py::drawn"]

    shares = [[test for place, test in enumerate(tests) if is_in_share(test, place, number, 3)] for number in (3, 4, 5)]

    assert shares == [[tests[0], tests[3]], [tests[1], tests[3]], [tests[2], tests[3]]]


def test_shares_are_all_cases_once() -> None:
    cases = list(range(7))

    shares = [share_of(cases, share, 3) for share in (1, 2, 3)]

    assert sorted(case for share in shares for case in share) == cases
    assert share_of(["only"], 3, 3) == ["only"]
