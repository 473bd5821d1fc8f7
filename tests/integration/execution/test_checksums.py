"""Checksums beside archives: which are found, what they say, and whether sha256sum takes them."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from fixtures.artifacts.checksums import checksums_of, note_on, sum_of, verified
from fixtures.errors import ReleaseDamaged

NAME = "lifecycle-v1.2.3+linux.arm64.tgz"
CONTENT = b"an archive"
SUM, LONG_SUM = hashlib.sha256(CONTENT).hexdigest(), hashlib.sha512(CONTENT).hexdigest()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Give an archive in a directory of its own."""
    path = tmp_path / "dist" / NAME
    path.parent.mkdir()
    path.write_bytes(CONTENT)
    return path


FORMS = {
    "usual": (f"{NAME}.sha256", f"{SUM}  {NAME}\n", True),
    "binary": (f"{NAME}.sha256", f"{SUM} *{NAME}\n", True),
    "beside": (f"{NAME}.sha256", f"{SUM}  ./{NAME}\n", True),
    "bsd": (f"{NAME}.sha256", f"SHA256 ({NAME}) = {SUM}\n", True),
    "upper-case": (f"{NAME}.sha256", f"{SUM.upper()}  {NAME}\n", True),
    "sha512": (f"{NAME}.sha512", f"{LONG_SUM}  {NAME}\n", True),
    "of-all": ("checksums.txt", f"{'0' * 64}  {NAME}.sbom.json\n{SUM}  {NAME}\n", True),
    "sums-of-all": ("SHA256SUMS", f"{SUM}  {NAME}\n{'0' * 64}  other.tgz\n", True),
    "named-for-the-release": ("lifecycle-v1.2.3-checksums.txt", f"{SUM}  {NAME}\n", True),
    "reversed": (f"{NAME}.sha256", f"{NAME}  {SUM}\n", False),
    "bare": (f"{NAME}.sha256", SUM, False),
    "backslash": (f"{NAME}.sha256", f"{SUM}  out\\{NAME}\n", False),
    "reversed-of-all": ("checksums.txt", f"{NAME} {SUM}\n{'0' * 64}  {NAME}.sbom.json\n", False),
}


@pytest.mark.parametrize("form", FORMS)
def test_form_of_a_checksum(form: str, archive: Path, tmp_path: Path) -> None:
    name, text, right = FORMS[form]
    archive.with_name(name).write_text(text)

    (found,) = checksums_of(archive)

    assert [sum_of(archive, each) for each in found.sums] == list(found.sums) != []
    assert verified(found, tmp_path / "scratch", 20)[0] is right
    assert not (tmp_path / "scratch").exists()


def test_absolute_path_is_not_beside_the_archive(archive: Path, tmp_path: Path) -> None:
    archive.with_name(f"{NAME}.sha256").write_text(f"{SUM}  {archive}\n")

    (found,) = checksums_of(archive)

    assert verified(found, tmp_path / "scratch", 20) == (False, f"{archive}: OK")


def test_what_is_no_checksum_of_the_archive(archive: Path) -> None:
    for name in (f"{NAME}.asc", f"{NAME}.sbom.json", "README.txt", "other.tgz.sha256"):
        archive.with_name(name).write_text(SUM)
    archive.with_name("checksums.txt").write_text(f"{SUM}  my-{NAME}\n{SUM}  {NAME}.sig\n")

    assert checksums_of(archive) == []


def test_checksum_that_never_ends(archive: Path) -> None:
    os.mkfifo(archive.with_name(f"{NAME}.sha256"))

    with pytest.raises(ReleaseDamaged, match="checksums: it is a FIFO"):
        checksums_of(archive)


def test_some_archives_have_one(archive: Path) -> None:
    other = archive.with_name("lifecycle-v1.2.3+linux.x86-64.tgz")
    other.write_bytes(CONTENT)
    assert note_on([archive, other]) == ""

    archive.with_name(f"{NAME}.sha256").write_text(f"{SUM}  {NAME}\n")

    assert note_on([archive, other]) == "checksums: 1 of 2 archives of the release have one"
    assert note_on([archive]) == ""
