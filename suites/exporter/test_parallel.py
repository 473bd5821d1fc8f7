"""An export that is done in parallel, as one that is not."""

from __future__ import annotations

from fixtures.lifecycle.build_outputs import OWN, leave_layer
from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.lifecycle.run import PhaseRun
from fixtures.storage.scope import StorageScope
from suites import expect, requirement
from suites.inputs.exports import built_app


@requirement("exporter-parallel-same")
def test_image_is_the_same(lifecycle: Lifecycle, storage: StorageScope) -> None:
    """What runs in parallel is the image and the cache, so there is a layer that is to be cached."""
    export = built_app(lifecycle, storage)
    leave_layer(export.space, OWN, "cached", data={"of": "both"}, types=("launch", "cache"))

    def run(name: str, *, parallel: bool) -> PhaseRun:
        cache = export.space.root / f"cache-of-{name}"
        export.space.make_directory(cache)
        return export.run(storage.unused(name), flags={"-cache-dir": str(cache), "-parallel": parallel})

    one_by_one = expect.control(run("one-by-one", parallel=False))

    together = expect.succeeded(run("together", parallel=True))

    expected = expect.written(storage, one_by_one).digest
    expect.same("the digest of the app image", expect.written(storage, together).digest, expected)
    expect.reports_digest(storage, together)
