"""What a run was about, identified so that another day can tell: time, suite, rules, programs."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from conformance import about
from suites.requirements.catalogue import load


def test_the_time_is_the_one_that_a_build_fixes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert about.generated_at() == "2023-11-14T22:13:20Z"


@pytest.mark.parametrize("given", ["", "yesterday", "-1", "9" * 40])
def test_the_time_is_now_where_none_is_fixed(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", given)
    assert about.generated_at() > "2026"


def test_the_digest_of_the_catalogue_tells_of_every_override(tmp_path: Path) -> None:
    overrides = tmp_path / "mine.toml"
    overrides.write_text('[[requirement]]\nid = "rebaser-layers"\nlevel = "SHOULD"\n')

    shipped, again, changed = (about.catalogue(load(overrides=file)) for file in (None, None, overrides))

    assert shipped == again
    assert shipped != changed


def test_programs_are_identified_by_their_bytes(tmp_path: Path) -> None:
    (tmp_path / "analyzer").write_bytes(b"one")
    (tmp_path / "rebaser").write_bytes(b"two")

    found = about.digests({"linux/amd64/analyzer": tmp_path / "analyzer", "linux/amd64/exporter": tmp_path / "absent"})

    assert found == {"linux/amd64/analyzer": f"sha256:{hashlib.sha256(b'one').hexdigest()}"}


def test_a_program_of_many_names_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lifecycle").write_bytes(b"all of them")
    names = {phase: tmp_path / phase for phase in ("analyzer", "exporter", "rebaser")}
    for path in names.values():
        path.symlink_to("lifecycle")
    read: list[Path] = []
    read_bytes = Path.read_bytes

    def noted(path: Path) -> bytes:
        read.append(path)
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", noted)

    found = about.digests(names)

    assert found == dict.fromkeys(names, f"sha256:{hashlib.sha256(b'all of them').hexdigest()}")
    assert read == [tmp_path / "lifecycle"]
