"""A buildpack whose API nobody supports is answered with exit status 12, before anything is written."""

from __future__ import annotations

from fixtures.lifecycle.build_outputs import OWN
from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.lifecycle.phases import UNSUPPORTED_BUILDPACK_API
from fixtures.storage.scope import StorageScope
from suites import expect, requirement
from suites.inputs.exports import built_app


@requirement("exporter-buildpack-api")
def test_unknown_buildpack_api(lifecycle: Lifecycle, storage: StorageScope) -> None:
    """Which are supported is the lifecycle's own matter; of this one nobody has heard."""
    export = built_app(lifecycle, storage)
    expect.control(export.run(storage.unused("control")))
    export.space.write_toml(export.space.layers / "group.toml", {"group": [OWN.described("99.99")]})

    run = export.run()

    expect.same("exit status", run.status, UNSUPPORTED_BUILDPACK_API)
    expect.nothing_changed(run)
