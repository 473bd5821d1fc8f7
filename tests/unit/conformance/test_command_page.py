"""The page of the command: made of the parsers, and as new as they are."""

from __future__ import annotations

from conformance.command_page import render
from conformance.options import OPTIONS
from fixtures.paths import ROOT


def test_page_is_up_to_date() -> None:
    page = ROOT / "docs" / "reference" / "command.md"

    assert page.read_text() == render(), "run: python -m conformance.command_page > docs/reference/command.md"


def test_every_option_of_the_table_is_on_it_with_its_variable() -> None:
    page = render()

    for option in OPTIONS:
        assert f"`--{option.name}{'`' if option.switch else '='}" in page
        assert f"`{option.variable}`" in page


def test_every_command_has_its_part() -> None:
    page = render()

    for name in (
        "run",
        "doctor",
        "emulators add",
        "merge",
        "list",
        "explain",
        "show",
        "report html",
        "compare",
        "known-failures write",
        "schema",
    ):
        assert f"\n## {name}\n" in page
