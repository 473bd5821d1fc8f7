"""What `make clean` takes away."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.docker.engine import Engine, EngineError
from tools import clean


def no_answer(_engine: Engine, _reference: str) -> None:
    """Do what an engine does that is not there."""
    raise EngineError("no Docker engine answers")


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout, on a machine whose Docker engine does not answer."""
    monkeypatch.setattr(clean, "ROOT", tmp_path)
    monkeypatch.setattr(clean, "PYTHONS", tmp_path / ".pythons")
    monkeypatch.setattr(Engine, "remove_image", no_answer)
    return tmp_path


def test_what_a_run_left_goes_and_the_sources_stay(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("out", ".pythons/arm64", "suites"):
        (checkout / name).mkdir(parents=True)

    clean.main()

    assert [path.name for path in checkout.iterdir()] == ["suites"]
    assert f"removed {checkout / 'out'}\nremoved {checkout / '.pythons'}\n" in capsys.readouterr().out


def test_what_a_link_leads_to_stays(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "report").touch()
    (checkout / "out").symlink_to(elsewhere)

    clean.main()

    assert list(checkout.iterdir()) == []
    assert (elsewhere / "report").is_file()


def test_image_of_the_registry_goes(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    removed: list[str] = []
    monkeypatch.setattr(Engine, "remove_image", lambda _, reference: removed.append(reference))

    clean.main()

    assert checkout.is_dir()
    assert removed == ["lifecycle-arch-conformance/registry:local"]
