"""README: what it shows, run as it stands, and how long it is."""

from __future__ import annotations

from pathlib import Path

from tests.support.pages import Place, work_as_they_stand
from tests.support.runs import ROOT

README = ROOT / "README.md"


def test_its_commands_work_as_they_stand(tmp_path: Path) -> None:
    work_as_they_stand(README, Place.made(tmp_path))


def test_it_fits_on_one_and_a_half_screens() -> None:
    assert len(README.read_text().splitlines()) <= 70
