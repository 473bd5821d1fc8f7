"""What an export begins with: a run image that was analyzed, and a workspace that a build left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fixtures.lifecycle.build_outputs import BuildOutputs
from fixtures.lifecycle.command_line import Value
from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.lifecycle.run import PhaseRun
from fixtures.lifecycle.workspace import Workspace
from fixtures.oci.images import Artifact
from fixtures.oci.samples import run_image
from fixtures.storage.base import Placed, Ref
from fixtures.storage.scope import StorageScope
from fixtures.storage.stored_image import StoredImage
from suites import expect


@dataclass(frozen=True)
class Export:
    """An app that was built and waits to be exported onto a run image."""

    lifecycle: Lifecycle
    storage: StorageScope
    space: Workspace
    base: Placed

    def analyzed(self, **more: Any) -> dict[str, Any]:
        """Give what analyzed.toml says of the run image, with more keys, or other values."""
        name = {"image": str(self.base.ref)} if self.lifecycle.has_targets else {}
        return {"run-image": {"reference": str(self.base.pinned), **name, **more}}

    def run(self, *outputs: Ref, flags: Mapping[str, Value] | None = None) -> PhaseRun:
        """Export it, to the tag `app` unless others are given."""
        return self.lifecycle.export(*(outputs or (self.storage.unused("app"),)), workspace=self.space, flags=flags)

    def image(self, flags: Mapping[str, Value] | None = None) -> StoredImage:
        """Export it, and give the app image. Raises NonConforming where that fails."""
        return expect.written(self.storage, expect.succeeded(self.run(flags=flags)))


def built_app(
    lifecycle: Lifecycle, storage: StorageScope, base: Artifact | None = None, outputs: BuildOutputs | None = None
) -> Export:
    """Give an app that is ready to be exported, onto a plain run image unless another one is given."""
    space = lifecycle.workspace()
    placed = storage.share(base or run_image(lifecycle.platform), "run")
    (outputs or BuildOutputs()).leave(space, lifecycle.api)
    space.offer_run_images(placed.ref)
    space.write_analyzed(run_image=placed.pinned, name=placed.ref if lifecycle.has_targets else "")
    return Export(lifecycle, storage, space, placed)
