"""Releases with a fault in the target that makes the images of all platforms."""

from __future__ import annotations

from pathlib import Path

from fixtures.artifacts.reference import CHECKOUT
from tests.truth.mutants.artifacts.mutant import ReleaseMutant

TARGET = "target.toml"
_NAMED = f'[artifacts]\nplaces = ["checkout:{CHECKOUT}"]\numbrella = {{ image = "build-image" }}\n'
_MAKE = "sh $(ROOT)tools/layout.sh $(OUT) $(PLATFORMS)"


def _mutant(name: str, old: str, new: str, file: str = "Makefile") -> ReleaseMutant:
    def change(release: Path) -> None:
        path = release / CHECKOUT / file
        text = path.read_text()
        assert old in text, f"{name} is stale: {old!r} is not in {file}"
        path.write_text(text.replace(old, new))
        (release / TARGET).write_text(_NAMED)

    return ReleaseMutant(name, "checkout-image-index", change, place=TARGET)


MUTANTS = (
    _mutant("index-of-amd64-alone", _MAKE, _MAKE.replace("$(PLATFORMS)", "linux-amd64")),
    _mutant("index-without-arm64", _MAKE, _MAKE.replace("$(PLATFORMS)", "$(filter-out linux-arm64,$(PLATFORMS))")),
    _mutant("index-of-arm64-twice", _MAKE, _MAKE.replace("$(PLATFORMS)", "$(PLATFORMS) linux-arm64")),
    _mutant("index-of-every-word-as-amd64", "machine=${name#*-}", "machine=amd64", "tools/layout.sh"),
    _mutant("index-never-made", _MAKE, "true"),
    _mutant("index-target-that-fails", _MAKE, "false"),
    _mutant(
        "single-image-for-an-index",
        '"$(blob index.v1+json)" >"$layout/index.json"',
        '"${entries%%\\},\\{*}" >"$layout/index.json"',
        "tools/layout.sh",
    ),
)
