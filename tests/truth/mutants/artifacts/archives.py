"""Releases with a fault in their archives."""

from __future__ import annotations

from pathlib import Path

from fixtures.artifacts.reference import archive_name
from fixtures.oci.platforms import AMD64, ARM64
from tests.truth.mutants.artifacts.mutant import ReleaseMutant


def _without_arm64(release: Path) -> None:
    (release / "dist" / archive_name(ARM64)).unlink()


def _two_for_amd64(release: Path) -> None:
    first = release / "dist" / archive_name(AMD64)
    first.with_name(first.name.replace("x86-64", "amd64")).write_bytes(first.read_bytes())


MUTANTS = (
    ReleaseMutant("archive-of-arm64-missing", "artifact-set", _without_arm64),
    ReleaseMutant("two-archives-of-amd64", "artifact-set", _two_for_amd64),
)
