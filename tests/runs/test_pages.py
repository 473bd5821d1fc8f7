"""What the pages show, run as it stands: every command of a console block ends as its page says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.pages import Place, work_as_they_stand
from tests.support.runs import ROOT

PAGES = (
    *(
        f"docs/how-to/{name}.md"
        for name in (
            *("ci", "known-failures", "release", "release-images", "reports", "several-architectures"),
            *("your-lifecycle", "your-machine"),
        )
    ),
    *(f"docs/reference/{name}.md" for name in ("known-failures", "results")),
)


@pytest.mark.parametrize("page", PAGES)
def test_commands_of_a_page_work_as_they_stand(page: str, tmp_path: Path) -> None:
    work_as_they_stand(ROOT / page, Place.made(tmp_path))


def test_every_page_is_run_that_shows_a_command_of_ours() -> None:
    every = [path for room in ("how-to", "reference") for path in (ROOT / "docs" / room).glob("*.md")]

    showing = {path.relative_to(ROOT).as_posix() for path in every if "```console" in path.read_text()}
    assert showing == set(PAGES)
