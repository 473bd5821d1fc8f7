"""What a rebase begins with: an app image on an old base, and a new run image for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.lifecycle.run import PhaseRun
from fixtures.lifecycle.workspace import Workspace
from fixtures.oci.images import Artifact, ImageSpec
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import DISTRO, app_image, run_image
from fixtures.storage.base import Naming, Placed
from fixtures.storage.scope import StorageScope


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
    **changes: Any,
) -> Scenario:
    """Push a run image, and an app image built on `base` whose metadata names that run image in every spelling.

    `built_at` is the Platform API that the app image says it was built at, by default the one in force.
    """
    run = storage.share(run_spec, "run")
    spellings = (str(run.pinned), run.ref.place)
    app = app_image(base, api=built_at or str(lifecycle.api), run_image=str(run.ref), mirrors=spellings, **changes)
    return Scenario(lifecycle, storage, storage.place(app, name), run)
