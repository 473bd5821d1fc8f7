"""The page of a run in a real browser: opens, filters, prints, keeps hostile text text, and is fit for everybody."""

from __future__ import annotations

import base64
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pytest

from reports.case import Verdict
from reports.evidence import Command, Evidence
from reports.html.page import render
from reports.results import Results
from tests.support.browser import Browser, browser
from tests.support.results import make_case, make_results
from tests.support.runs import ROOT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
AXE = [
    Path(place) / "node_modules" / "axe-core" / "axe.min.js"
    for place in (os.environ.get("AXE_CORE", ""), ROOT, "/usr/local/lib", "/usr/lib")
    if place
]
"""Where `npm install axe-core` puts it: here, or with --global; AXE_CORE names another directory."""

HOSTILE = "<img src=x onerror=alert(1)><script>document.title='taken'</script>\"'`{{7*7}}\x1b[2J\u202e</pre></details>"

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium is installed")


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Give a browser."""
    assert CHROMIUM, "else it is skipped"
    with browser(CHROMIUM, tmp_path_factory.mktemp("chromium")) as found:
        yield found


def hostile_results() -> Results:
    """Give results in which one requirement holds, and everything that is foreign is hostile."""
    command = Command(
        phase="rebaser", line=HOSTILE, status=1, ending="exited with status 1", seconds=1.0, stderr=HOSTILE
    )
    evidence = Evidence(expected=HOSTILE, found=HOSTILE, commands=(command,), requests=(HOSTILE,) * 30)
    failed = msgspec.structs.replace(
        make_case("must-one", Verdict.FAIL, HOSTILE), name=f"must-one/test_it[{HOSTILE}]", evidence=evidence
    )
    others = [
        msgspec.structs.replace(failed, id=f"other-{number}", name=f"must-one/test_it[{number}]") for number in range(5)
    ]
    cases = [failed, *others, make_case("must-two", Verdict.PASS), make_case("should-one", Verdict.UNTESTABLE, "u")]
    return make_results(cases)


def show(opened: Browser, directory: Path, several: Sequence[Results]) -> None:
    """Write the page of some results, and open it."""
    path = directory / "page.html"
    path.write_bytes(render(several))
    opened.ask("Page.setBypassCSP", enabled=False)
    opened.open(path)


def shown(opened: Browser, what: str) -> bool:
    """Whether an element can be seen on the page."""
    return bool(opened.value(f"document.querySelector({what!r}).checkVisibility()"))


def test_hostile_text_stays_text_and_nothing_is_run(opened: Browser, tmp_path: Path) -> None:
    show(opened, tmp_path, [hostile_results()])

    assert "nonconformant" in opened.value("document.title")
    assert opened.value("document.querySelectorAll('script, img, iframe, object, link, form').length") == 0
    assert "<img src=x onerror=alert(1)>" in opened.value("document.querySelector('pre').textContent")
    assert "{{7*7}}" in opened.value("document.body.textContent")
    refused = [event for event in opened.events if event.get("method") in ("Log.entryAdded", "Runtime.exceptionThrown")]
    assert refused == []


def test_only_what_does_not_hold_is_shown_where_that_is_asked_for(opened: Browser, tmp_path: Path) -> None:
    show(opened, tmp_path, [hostile_results()])
    assert shown(opened, "#must-one")
    assert shown(opened, "#must-two")

    opened.value("document.querySelector('#only').click()")

    assert shown(opened, "#must-one")
    assert not shown(opened, "#must-two")
    assert shown(opened, "tr:not(.holds) a[href='#must-one']")


def test_a_link_to_a_requirement_leads_there(opened: Browser, tmp_path: Path) -> None:
    show(opened, tmp_path, [hostile_results()])

    opened.value("document.querySelector(\"a[href='#should-one']\").click()")

    assert opened.value("document.querySelector(':target').id") == "should-one"


def test_in_print_every_story_is_open(opened: Browser, tmp_path: Path) -> None:
    show(opened, tmp_path, [hostile_results()])
    assert not shown(opened, "article pre")

    opened.ask("Emulation.setEmulatedMedia", media="print")
    try:
        assert shown(opened, "article pre")
        assert not shown(opened, ".filter")
        assert base64.b64decode(opened.ask("Page.printToPDF")["data"]).startswith(b"%PDF")
    finally:
        opened.ask("Emulation.setEmulatedMedia", media="")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("runs", [1, 2])
def test_nothing_stands_in_anybodys_way(opened: Browser, tmp_path: Path, scheme: str, runs: int) -> None:
    axe = next((path for path in AXE if path.is_file()), None)
    if axe is None:
        pytest.skip("axe-core is not installed: npm install axe-core")
    path = tmp_path / "page.html"
    path.write_bytes(render([hostile_results()] * runs))
    opened.ask("Page.setBypassCSP", enabled=True)
    opened.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    opened.open(path)
    opened.value("document.querySelectorAll('details').forEach(each => each.open = true)")
    opened.value(axe.read_text())

    found = opened.value(
        "axe.run().then(found => found.violations.map(each => [each.id, each.nodes.map(node => node.failureSummary)]))"
    )

    assert found == []
