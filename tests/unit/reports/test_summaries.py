"""What is made of a run for others to read: the Markdown summary, the badge, the page."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest

from reports import badge, markdown
from reports.about import Rules, Scope
from reports.case import Case, RequirementSummary, Verdict
from reports.evidence import Evidence
from reports.html.page import render
from reports.known_failures import Entry, KnownFailures
from reports.results import Results

MakeCase = Callable[..., Case]
MakeResults = Callable[..., Results]

HOSTILE = "<script>alert(1)</script> \"' & | [x](javascript:x) `code` @everyone a/b#1 \x1b[2J\u202e"


@pytest.fixture
def failing(make_case: MakeCase, make_results: MakeResults) -> Results:
    """Give results with a failure that is told in hostile text, a warning, and what was not run."""
    evidence = Evidence(expected="the first", found=HOSTILE)
    cases = [
        msgspec.structs.replace(
            make_case("must-one", Verdict.FAIL, HOSTILE), evidence=evidence, name=f"must-one/{HOSTILE}"
        ),
        make_case("must-one", Verdict.PASS, "another"),
        make_case("should-one", Verdict.WARN, reason=HOSTILE),
        make_case("must-two", Verdict.NOT_RUN, reason=HOSTILE),
    ]
    return make_results(cases)


@pytest.fixture
def passing(make_case: MakeCase, make_results: MakeResults) -> Results:
    """Give results in which everything that applies holds."""
    return make_results([make_case(name, Verdict.PASS) for name in ("must-one", "must-two", "should-one")])


# --- Markdown ---


def test_summary_names_what_does_not_hold(failing: Results) -> None:
    text = markdown.render(failing)

    assert "| must-one | MUST | fail | 1 of 2 |" in text
    assert "| should-one | SHOULD | warn | 1 of 1 |" in text
    assert "nonconformant" in text


def test_summary_holds_no_markup_of_others(failing: Results) -> None:
    text = markdown.render(failing)

    assert "<script" not in text
    assert "\x1b" not in text
    assert text.count("](javascript") == text.count("\\](javascript") > 0
    assert "@everyone" not in text
    rows = [line for line in text.splitlines() if line.startswith("| must-one")]
    assert [line.replace("\\|", "").count("|") for line in rows] == [6]


def test_summary_says_what_the_gate_came_to(failing: Results) -> None:
    known = KnownFailures(file="k.toml", sha256="0" * 64, entries=(Entry(requirement="must-two", reason="x"),))

    text = markdown.render(replace(failing, known_failures=known))

    assert "Gate **not met**: 1 new, 0 known, 0 mended, 0 expired (k.toml)." in text


def test_summary_of_many_failures_fits(make_case: MakeCase, failing: Results) -> None:
    rows = tuple(msgspec.structs.replace(failing.rows[0], id=f"must-{number}") for number in range(2000))
    cases = [make_case(row.id, Verdict.FAIL, reason="é" * 500) for row in rows]

    text = markdown.render(replace(failing, rows=rows, cases=tuple(cases)))

    assert len(text.encode()) < markdown.AT_MOST
    assert "more requirements do not hold." in text


def test_summary_of_a_run_in_which_all_holds(passing: Results) -> None:
    assert "Nothing that was judged does not hold." in markdown.render(passing)


# --- the badge ---


def test_badge_counts_the_musts(failing: Results, passing: Results) -> None:
    assert json.loads(badge.render(passing))["message"] == "2 of 2 MUST"
    made = json.loads(badge.render(failing))
    assert (made["schemaVersion"], made["message"], made["color"]) == (1, "0 of 2 MUST", "red")


def test_badge_is_of_a_whole_run_by_the_catalogue(passing: Results) -> None:
    for other in (
        replace(passing, scope=Scope(("--only=must-one",))),
        replace(passing, interrupted=True),
        replace(passing, rules=Rules("mine.toml", (), ("must-one",))),
    ):
        with pytest.raises(badge.NoBadge):
            badge.render(other)


# --- the page ---


class Read(HTMLParser):
    """What a page consists of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element, its id and what it leads to."""
        self.tags.append(tag)
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action")]
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        """Note what is shown."""
        self.text += data


def test_page_has_every_requirement_with_a_place_of_its_own(failing: Results) -> None:
    page = Read(render([failing]).decode())

    assert {row.id for row in failing.rows} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)


def test_page_runs_nothing_and_fetches_nothing(failing: Results) -> None:
    text = render([failing]).decode()
    page = Read(text)

    assert "default-src 'none'" in text
    assert not {"script", "img", "iframe", "object", "link", "form"} & set(page.tags)
    assert {link for link in page.links if not link.startswith("#")} <= {"https://github.com/a/b/issues/1"}


def test_hostile_text_stays_text(failing: Results) -> None:
    page = Read(render([failing]).decode())

    assert "<script>alert(1)</script>" in page.text
    assert "\x1b" not in page.text
    assert "\u202e" not in page.text


def test_page_of_several_runs_has_them_side_by_side(failing: Results, passing: Results) -> None:
    page = Read(render([failing, passing]).decode())

    assert {"run-1", "run-2"} <= set(page.ids)
    assert page.tags.count("h1") == 1
    assert "2 runs" in page.text


def test_page_of_nothing_is_none() -> None:
    with pytest.raises(ValueError, match="one run at least"):
        render([])


def test_a_page_of_a_released_lifecycle_is_small(make_results: MakeResults) -> None:
    """Forty requirements do not hold, in twenty cases each, as long as those that are stored."""
    paths = sorted((Path(__file__).parent / "stored").glob("*.json"))
    stored = [msgspec.json.decode(path.read_bytes(), type=tuple[RequirementSummary, Case]) for path in paths]
    rows, cases = [], []
    for number, (row, case) in zip(range(40), itertools.cycle(stored), strict=False):
        rows.append(msgspec.structs.replace(row, id=f"{row.id}-{number}"))
        named = msgspec.structs.replace(case, requirement=rows[-1].id)
        cases += [
            msgspec.structs.replace(named, id=f"{number}-{each}", name=f"{rows[-1].id}/test_it[{each}]")
            for each in range(20)
        ]
    results = replace(
        make_results([]), rows=tuple(rows), cases=tuple(cases), selected=frozenset(row.id for row in rows)
    )

    page = render([results])

    assert len(page) < 300_000
    assert all(f"test_it[{number}]".encode() in page for number in range(20))
