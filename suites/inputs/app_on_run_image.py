"""What a rebase begins with: an app image on an old base, and a new run image for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.lifecycle.run import PhaseRun
from fixtures.lifecycle.workspace import Workspace
from fixtures.oci.images import Artifact, ImageSpec
from fixtures.oci.labels import LIFECYCLE_METADATA
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import DISTRO, app_image, run_image, with_label
from fixtures.storage.base import Naming, Placed
from fixtures.storage.scope import StorageScope

Record = Callable[[dict[str, Any], Placed], object]
"""What changes the metadata label of an app image, given the run image."""


def old_base(platform: Platform, distro: tuple[str, str] | None = DISTRO) -> ImageSpec:
    """Give the run image that the app was built on."""
    return run_image(platform, generation=1, distro=distro)


def new_base(platform: Platform, distro: tuple[str, str] | None = DISTRO, **more: Any) -> ImageSpec:
    """Give the run image that the app is rebased onto: other layers, one more of them, other labels."""
    return run_image(platform, generation=2, layers=4, distro=distro, **more)


@dataclass(frozen=True)
class Scenario:
    """An app image in the registry, and the run image it is to be rebased onto."""

    lifecycle: Lifecycle
    storage: StorageScope
    app: Placed
    run: Placed

    def rebase(
        self, *, naming: Naming = Naming.TAG, force: bool = False, workspace: Workspace | None = None
    ) -> PhaseRun:
        """Rebase the app image in place."""
        given = self.run.named(naming)
        return self.lifecycle.rebase(self.app, run_image=given, force=force, workspace=workspace)


def app_on_base(
    lifecycle: Lifecycle,
    storage: StorageScope,
    base: ImageSpec,
    run_spec: Artifact,
    *,
    name: str = "app",
    built_at: str = "",
    record: Record | None = None,
    **changes: Any,
) -> Scenario:
    """Push a run image, and an app image built on `base` whose metadata names that run image in every spelling.

    `built_at` is the Platform API that the app image says it was built at, by default the one in force. `record`
    changes what its metadata label says, given the run image.
    """
    run = storage.share(run_spec, "run")
    spellings = (str(run.pinned), run.ref.place)
    app = app_image(base, api=built_at or str(lifecycle.api), run_image=str(run.ref), mirrors=spellings, **changes)
    if record:
        app = recording(app, lambda metadata: record(metadata, run))
    return Scenario(lifecycle, storage, storage.place(app, name), run)


def recording(app: ImageSpec, change: Callable[[dict[str, Any]], object]) -> ImageSpec:
    """Give an app image with its metadata label changed."""
    metadata = json.loads(dict(app.labels)[LIFECYCLE_METADATA])
    change(metadata)
    return with_label(app, LIFECYCLE_METADATA, json.dumps(metadata, sort_keys=True))


def naming(*names: str) -> Record:
    """Give what lets a metadata label name the run image so: its own name, and those of mirrors."""
    return lambda metadata, _: name_run_image(metadata, *names)


def name_run_image(metadata: dict[str, Any], *names: str) -> None:
    """Let a metadata label name the run image so: its own name, and those of mirrors, if any."""
    image, *mirrors = names
    said = {"image": image, **({"mirrors": mirrors} if mirrors else {})}
    located = {key: metadata["runImage"][key] for key in ("topLayer", "reference")}
    metadata.update({"runImage": {**located, **said}, "stack": {"runImage": said}})
