"""Parameter values of which few are enough before a push."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from _pytest.mark.structures import ParameterSet


def but_few(values: Iterable[object], few: int = 1, ids: Iterable[str] = ()) -> list[ParameterSet]:
    """Give values for `parametrize`, all but the first few of which make a test a long one (tests/conftest.py).

    Without ids, each value says its own by `str`.
    """
    values = list(values)
    names = list(ids) or [str(value) for value in values]
    return [
        pytest.param(value, id=name, marks=pytest.mark.long if number >= few else ())
        for number, (value, name) in enumerate(zip(values, names, strict=True))
    ]
