"""Which rebases are allowed without force: onto a run image that the app names, of an app that can be rebased."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.oci.images import Artifact
from fixtures.oci.platforms import AMD64, ARM64
from fixtures.oci.samples import index_of
from fixtures.storage.base import Placed, Ref
from fixtures.storage.scope import StorageScope
from suites import Needs, expect, requirement
from suites.inputs.app_on_run_image import Scenario, app_on_base, name_run_image, naming, new_base, old_base

REBASABLE = "io.buildpacks.rebasable"
ELSEWHERE = ("registry.example/another/run:latest", "registry.example/mirror/run:latest")


def scenario_of(lifecycle: Lifecycle, storage: StorageScope, spec: Artifact, *names: str, name: str) -> Scenario:
    """Give an app image that names its run image so, and no other."""
    return app_on_base(lifecycle, storage, old_base(AMD64), spec, name=name, record=naming(*names))


@requirement("rebaser-run-named")
@pytest.mark.parametrize("kind", ["single", "index"])
def test_run_image_that_the_app_does_not_name_is_refused(
    lifecycle: Lifecycle, storage: StorageScope, kind: str
) -> None:
    spec = new_base(AMD64) if kind == "single" else index_of(new_base(ARM64), new_base(AMD64))
    named = str(storage.share(spec, "run").ref)
    for place, names in enumerate(((named, *ELSEWHERE), (*ELSEWHERE, named))):
        expect.control(scenario_of(lifecycle, storage, spec, *names, name=f"control{place}").rebase())
    scenario = scenario_of(lifecycle, storage, spec, *ELSEWHERE, name="app")

    run = scenario.rebase()

    expect.refused(run)


SPELLINGS: dict[str, Callable[[Placed], tuple[str, Ref]]] = {
    "tag-of-an-untagged-name": lambda run: (run.ref.place, run.ref),
    "untagged-name-of-a-tag": lambda run: (str(run.ref), Ref(run.ref.place, run.ref.place)),
    "digest-of-a-tag": lambda run: (str(run.ref), run.pinned),
    "digest-of-an-untagged-name": lambda run: (run.ref.place, run.pinned),
}
"""The one name that an app has for its run image, and by which a platform gives the same."""


@requirement("rebaser-run-spelling")
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_run_image_named_in_another_spelling_is_taken(
    lifecycle: Lifecycle, storage: StorageScope, spelling: str
) -> None:
    def record(metadata: dict[str, object], run: Placed) -> None:
        name_run_image(metadata, SPELLINGS[spelling](run)[0])

    scenario = app_on_base(lifecycle, storage, old_base(AMD64), new_base(AMD64), record=record)

    run = lifecycle.rebase(scenario.app, run_image=SPELLINGS[spelling](scenario.run)[1])

    expect.succeeded(run)
    expect.built_on(storage.read(scenario.app), new_base(AMD64))


@requirement("rebaser-rebasable")
def test_app_that_can_not_be_rebased_is_refused(lifecycle: Lifecycle, storage: StorageScope) -> None:
    base, fresh = old_base(AMD64), new_base(AMD64)
    allowed = app_on_base(lifecycle, storage, base, fresh, name="control", labels={REBASABLE: "true"})
    expect.control(allowed.rebase())
    scenario = app_on_base(lifecycle, storage, base, fresh, labels={REBASABLE: "false"})

    run = scenario.rebase()

    expect.refused(run)


@requirement("rebaser-rebasable", needs=Needs(capabilities=frozenset({"force"})))
def test_app_that_can_not_be_rebased_is_with_force(lifecycle: Lifecycle, storage: StorageScope) -> None:
    scenario = app_on_base(lifecycle, storage, old_base(AMD64), new_base(AMD64), labels={REBASABLE: "false"})

    run = scenario.rebase(force=True)

    expect.succeeded(run)
    expect.built_on(storage.read(scenario.app), new_base(AMD64))
