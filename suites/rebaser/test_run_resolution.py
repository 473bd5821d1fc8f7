"""Which of the names that an app image has for its run image a rebase goes by, where it is given none."""

from __future__ import annotations

from typing import Any

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.lifecycle.run import PhaseRun
from fixtures.oci.platforms import AMD64
from fixtures.storage.base import Placed
from fixtures.storage.scope import StorageScope
from suites import Needs, expect, requirement
from suites.inputs.app_on_run_image import app_on_base, naming, new_base, old_base
from suites.inputs.run_image_names import UNREADABLE, candidates

ALIAS = Needs(features=frozenset({"alias", "faults"}))


@requirement("run-resolution-rebaser", needs=ALIAS)
@pytest.mark.parametrize("order", ["near-first", "near-last"])
def test_name_on_the_registry_of_the_app(lifecycle: Lifecycle, storage: StorageScope, order: str) -> None:
    near, far = candidates(storage, AMD64)
    names = (str(near.ref), str(storage.elsewhere(far)))
    ordered = names if order == "near-first" else names[::-1]
    scenario = app_on_base(lifecycle, storage, old_base(AMD64), near.image, record=naming(*ordered))

    run = lifecycle.rebase(scenario.app, run_image=None)

    expect.succeeded(run)
    expect.built_on(storage.read(scenario.app), near.image)


@requirement("run-resolution-rebaser", needs=ALIAS)
@pytest.mark.parametrize("why", UNREADABLE)
def test_name_that_can_not_be_read_is_passed_over(lifecycle: Lifecycle, storage: StorageScope, why: str) -> None:
    """None is on the registry of the app."""
    good, other = candidates(storage, AMD64)
    hidden = UNREADABLE[why](storage, other.image)
    names = [str(storage.elsewhere(each)) for each in (hidden, good.ref, other.ref)]
    expect.control(rebase(lifecycle, storage, "control", *names[1:]))

    run = rebase(lifecycle, storage, "app", *names)

    expect.succeeded(run)
    expect.built_on(expect.written(storage, run), good.image)


def rebase(lifecycle: Lifecycle, storage: StorageScope, name: str, *names: str) -> PhaseRun:
    """Rebase an app image that names its run image so, onto what it names."""
    scenario = app_on_base(lifecycle, storage, old_base(AMD64), new_base(AMD64), name=name, record=naming(*names))
    return lifecycle.rebase(scenario.app, run_image=None)


@requirement("run-resolution-rebaser")
def test_stack_key_where_the_run_image_has_no_name(lifecycle: Lifecycle, storage: StorageScope) -> None:
    """So exporters of Platform APIs before 0.12 left it."""

    def record(metadata: dict[str, Any], _: Placed) -> None:
        for key in ("image", "mirrors"):
            del metadata["runImage"][key]

    scenario = app_on_base(lifecycle, storage, old_base(AMD64), new_base(AMD64), record=record)

    run = lifecycle.rebase(scenario.app, run_image=None)

    expect.succeeded(run)
    expect.built_on(storage.read(scenario.app), new_base(AMD64))
