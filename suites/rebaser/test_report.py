"""What the rebaser reports: every tag, and the size of the manifest."""

from __future__ import annotations

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.oci.platforms import AMD64
from fixtures.storage.scope import StorageScope
from suites import expect, requirement
from suites.inputs.app_on_run_image import app_on_base, new_base, old_base


@requirement("rebaser-report")
@pytest.mark.parametrize("count", [1, 3])
def test_report_names_every_tag_and_the_size(lifecycle: Lifecycle, storage: StorageScope, count: int) -> None:
    scenario = app_on_base(lifecycle, storage, old_base(AMD64), new_base(AMD64))
    further = (storage.unused("app", "v2"), storage.unused("copies/app", "v1"))
    tags = (scenario.app.ref, *further)[:count]

    run = lifecycle.rebase(*tags, run_image=scenario.run)

    expect.succeeded(run)
    expect.reports_tags(storage, run)
    expect.reports_size(storage, run)
