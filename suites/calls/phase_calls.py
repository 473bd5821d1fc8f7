"""One plain run of each phase, and the same with one thing changed: what holds for every phase is tested on these."""

from __future__ import annotations

from abc import ABC, abstractmethod

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.lifecycle.phases import Kind
from fixtures.lifecycle.run import PhaseRun
from fixtures.oci.images import Artifact, ImageSpec
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import app_image, metadata_of, run_image
from fixtures.storage.base import Placed
from fixtures.storage.scope import StorageScope
from suites import Needs, expect
from suites.inputs.app_on_run_image import new_base, old_base
from suites.inputs.index_shapes import previous_images


class PhaseCall(ABC):
    """A phase of the table on images, of which a test varies one: `varies` is what the phase takes that one for."""

    name: str
    phase: str
    varies: Kind

    @property
    def needs(self) -> Needs:
        """The phase that a case is about which is given this call."""
        return Needs(phases=frozenset({self.phase}))

    def fitting(self, platform: Platform) -> ImageSpec:
        """Give a run image with which the phase succeeds."""
        return run_image(platform, generation=2)

    def control(self, lifecycle: Lifecycle, storage: StorageScope) -> None:
        """Raise Untestable unless the phase succeeds with an image that fits: the control of all that is refused."""
        fitting = self.fitting(lifecycle.platform)
        expect.control_once(lifecycle, self.name, lambda: self.run(lifecycle, storage, fitting, "control"))

    @abstractmethod
    def run(
        self, lifecycle: Lifecycle, storage: StorageScope, run_spec: Artifact, label: str, lost: str = ""
    ) -> PhaseRun:
        """Run the phase for the platform that the lifecycle runs as; outputs are named after `label`.

        The registry loses what has the digest `lost`, if any, of that run image before.
        """


class Analyze(PhaseCall):
    """The analyzer on a run image."""

    name = "analyzer"
    phase = "analyzer"
    varies = Kind.RUN_IMAGE

    def run(
        self, lifecycle: Lifecycle, storage: StorageScope, run_spec: Artifact, label: str, lost: str = ""
    ) -> PhaseRun:
        """Analyze for a run image and a previous image that fits."""
        previous = storage.share(previous_images(str(lifecycle.api))(lifecycle.platform), "earlier")
        return lifecycle.analyze(storage.unused(label), run_image=seeded(storage, run_spec, lost), previous=previous)


class AnalyzePrevious(PhaseCall):
    """The analyzer on a previous image."""

    name = "analyzer-previous"
    phase = "analyzer"
    varies = Kind.PREVIOUS_IMAGE

    def fitting(self, platform: Platform) -> ImageSpec:
        """Give a previous image that is analyzed."""
        return previous_images("0.12")(platform)

    def run(
        self, lifecycle: Lifecycle, storage: StorageScope, run_spec: Artifact, label: str, lost: str = ""
    ) -> PhaseRun:
        """Analyze a previous image."""
        base = storage.share(run_image(lifecycle.platform), "run")
        return lifecycle.analyze(storage.unused(label), run_image=base, previous=seeded(storage, run_spec, lost))


class Export(PhaseCall):
    """The exporter onto a run image."""

    name = "exporter"
    phase = "exporter"
    varies = Kind.RUN_IMAGE

    def run(
        self, lifecycle: Lifecycle, storage: StorageScope, run_spec: Artifact, label: str, lost: str = ""
    ) -> PhaseRun:
        """Export onto a run image, after a previous image that fits."""
        base = seeded(storage, run_spec, lost)
        earlier = previous_images(str(lifecycle.api))(lifecycle.platform)
        previous = storage.share(earlier, "earlier")
        return lifecycle.export_onto(
            base.pinned,
            storage.unused(label),
            name=base.ref,
            previous=previous.pinned,
            metadata=metadata_of(earlier),
        )


class ExportPrevious(PhaseCall):
    """The exporter after a previous image."""

    name = "exporter-previous"
    phase = "exporter"
    varies = Kind.PREVIOUS_IMAGE

    def fitting(self, platform: Platform) -> ImageSpec:
        """Give a previous image that fits."""
        return previous_images("0.12")(platform)

    def run(
        self, lifecycle: Lifecycle, storage: StorageScope, run_spec: Artifact, label: str, lost: str = ""
    ) -> PhaseRun:
        """Export after a previous image."""
        base = storage.share(run_image(lifecycle.platform), "run")
        previous = seeded(storage, run_spec, lost)
        metadata = metadata_of(previous_images(str(lifecycle.api))(lifecycle.platform))
        return lifecycle.export_onto(
            base.pinned, storage.unused(label), name=base.ref, previous=previous.pinned, metadata=metadata
        )


class Rebase(PhaseCall):
    """The rebaser onto a run image."""

    name = "rebaser"
    phase = "rebaser"
    varies = Kind.RUN_IMAGE

    def fitting(self, platform: Platform) -> ImageSpec:
        """Give a run image for the app image."""
        return new_base(platform)

    def run(
        self, lifecycle: Lifecycle, storage: StorageScope, run_spec: Artifact, label: str, lost: str = ""
    ) -> PhaseRun:
        """Rebase an app image of the platform that the rebaser runs as."""
        placed = seeded(storage, run_spec, lost)
        app = app_image(old_base(lifecycle.platform), api=str(lifecycle.api), run_image=str(placed.ref))
        return lifecycle.rebase(storage.place(app, label), run_image=placed)


class RebaseApp(PhaseCall):
    """The rebaser on an app image."""

    name = "rebaser-app"
    phase = "rebaser"
    varies = Kind.APP_IMAGE

    def fitting(self, platform: Platform) -> ImageSpec:
        """Give an app image that can be rebased; it names no run image, so that the flag must."""
        return app_image(old_base(platform), api="0.12", run_image="registry.example/run:latest")

    def run(
        self, lifecycle: Lifecycle, storage: StorageScope, run_spec: Artifact, label: str, lost: str = ""
    ) -> PhaseRun:
        """Rebase that app image onto a run image that fits."""
        placed = storage.share(new_base(lifecycle.platform), "run")
        app = storage.place(run_spec, label)
        if lost:
            storage.faults.lose(app, lost)
        return lifecycle.rebase(app, run_image=placed, force=lifecycle.has_targets)


def seeded(storage: StorageScope, spec: Artifact, lost: str) -> Placed:
    """Give an input image in the registry, of which the registry lost what has the digest `lost`, if any."""
    if not lost:
        return storage.share(spec, "input")
    placed = storage.place(spec, "broken-input")
    storage.faults.lose(placed, lost)
    return placed


PHASE_CALLS = (Analyze(), AnalyzePrevious(), Export(), ExportPrevious(), Rebase(), RebaseApp())
ON_RUN_IMAGES = tuple(call for call in PHASE_CALLS if call.varies is Kind.RUN_IMAGE)
PLAIN = {call.phase: call for call in reversed(PHASE_CALLS)}
"""One call of each phase that the suites call, the first of those above."""
