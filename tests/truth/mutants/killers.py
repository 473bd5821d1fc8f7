"""Which case killed a mutant last: the one that is run first the next time, as it most likely kills again.

killers.json is written by `make killers`. Where it is out of date nothing but time is lost: whatever does not kill is
followed by every other case of the requirement.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from tests.truth.mutants.every import MUTANTS

FILE = Path(__file__).with_name("killers.json")


@cache
def known() -> Mapping[str, str]:
    """Give the case that killed each mutant, by name."""
    return json.loads(FILE.read_text()) if FILE.is_file() else {}


def renew(found: Iterable[tuple[str, str]], path: Path = FILE) -> None:
    """Write what killed some mutants; of the others what was known stays, unless there is no such mutant any more."""
    names = {mutant.name for mutant in MUTANTS}
    killers = {name: case for name, case in {**known(), **dict(found)}.items() if name in names}
    path.write_text(json.dumps(killers, indent=1, sort_keys=True) + "\n")
