"""All faulty releases, whichever module of this folder has them."""

from __future__ import annotations

import importlib
from pathlib import Path

from tests.truth.mutants.artifacts.mutant import ReleaseMutant


def _every() -> tuple[ReleaseMutant, ...]:
    found: list[ReleaseMutant] = []
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.stem not in ("every", "mutant") and not path.stem.startswith(("test_", "_")):
            found += importlib.import_module(f"tests.truth.mutants.artifacts.{path.stem}").MUTANTS
    return tuple(found)


MUTANTS = _every()
