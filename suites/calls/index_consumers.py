"""The places where phases read an index, each with the way to tell which child it took."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.lifecycle.run import PhaseRun
from fixtures.oci.images import ImageSpec, IndexSpec
from fixtures.oci.platforms import Platform
from fixtures.oci.reference import digest_in
from fixtures.oci.samples import app_image, run_image
from fixtures.storage.base import Placed
from fixtures.storage.scope import StorageScope
from suites import Needs, expect
from suites.expect.outcomes import NonConforming
from suites.inputs.app_on_run_image import old_base
from suites.inputs.index_shapes import others_than


class IndexConsumer(ABC):
    """A phase that reads an index, in one of its inputs."""

    name: str
    phase: str

    @property
    def needs(self) -> Needs:
        """The phase that a case is about which is given this consumer."""
        return Needs(phases=frozenset({self.phase}))

    def make(self, platform: Platform, generation: int = 2, **more: Any) -> ImageSpec:
        """Give an image to stand in the index."""
        return run_image(platform, generation=generation, **more)

    @abstractmethod
    def read(self, lifecycle: Lifecycle, storage: StorageScope, index: IndexSpec, wanted: Platform) -> PhaseRun:
        """Run the phase on the index; the rebaser does so for an app image of the wanted platform."""

    @abstractmethod
    def took(self, storage: StorageScope, run: PhaseRun, image: ImageSpec) -> bool:
        """Whether the run that succeeded took this image."""

    def taken(self, storage: StorageScope, run: PhaseRun, images: dict[str, ImageSpec]) -> str:
        """Give the name of the image that the run took, or what it did instead."""
        expect.supports_buildpack_api(run)
        if run.status != 0:
            return run.ending
        expect.succeeded(run)
        found = next((name for name, image in images.items() if self.took(storage, run, image)), "")
        return found or self.result(storage, run)

    @abstractmethod
    def result(self, storage: StorageScope, run: PhaseRun) -> str:
        """Tell what a run that succeeded recorded or made, where that is of no image that a test has a name for."""


class AnalyzerRunImage(IndexConsumer):
    """The run image of the analyzer."""

    name = "analyzer-run-image"
    phase = "analyzer"

    def read(self, lifecycle: Lifecycle, storage: StorageScope, index: IndexSpec, wanted: Platform) -> PhaseRun:  # noqa: ARG002 - goes by what it runs as
        """Analyze for a run image."""
        return lifecycle.analyze(storage.unused("app"), run_image=storage.share(index, "run"))

    def took(self, storage: StorageScope, run: PhaseRun, image: ImageSpec) -> bool:  # noqa: ARG002 - it made no image
        """Whether this image's digest was recorded."""
        return digest_in(run.analyzed.run_image_reference) == image.digest

    def result(self, storage: StorageScope, run: PhaseRun) -> str:  # noqa: ARG002 - it made no image
        """Give the reference that was recorded."""
        return f"none of them: [run-image].reference = {run.analyzed.run_image_reference}"


class AnalyzerPreviousImage(IndexConsumer):
    """The previous image of the analyzer."""

    name = "analyzer-previous-image"
    phase = "analyzer"

    def make(self, platform: Platform, generation: int = 2, **more: Any) -> ImageSpec:
        """Give an app image of an earlier build."""
        base = run_image(platform, generation=generation, **more)
        return app_image(base, api="0.12", run_image="registry.example/run:latest", said=f"build {generation}")

    def read(self, lifecycle: Lifecycle, storage: StorageScope, index: IndexSpec, wanted: Platform) -> PhaseRun:
        """Analyze a previous image."""
        base = storage.share(run_image(wanted), "run")
        return lifecycle.analyze(storage.unused("app"), run_image=base, previous=storage.share(index, "earlier"))

    def took(self, storage: StorageScope, run: PhaseRun, image: ImageSpec) -> bool:  # noqa: ARG002 - it made no image
        """Whether this image's digest was recorded."""
        return digest_in(run.analyzed.previous_reference) == image.digest

    def result(self, storage: StorageScope, run: PhaseRun) -> str:  # noqa: ARG002 - it made no image
        """Give the reference that was recorded, or that there is none."""
        found = run.analyzed.previous_reference
        return f"none of them: [image].reference = {found}" if found else "it went on without a previous image"


class MakesImage(IndexConsumer):
    """A phase that makes an image of what it took."""

    def read(self, lifecycle: Lifecycle, storage: StorageScope, index: IndexSpec, wanted: Platform) -> PhaseRun:
        """Run the phase on the index as a run image."""
        return self.onto(lifecycle, storage, storage.share(index, "run"), wanted)

    @abstractmethod
    def onto(self, lifecycle: Lifecycle, storage: StorageScope, placed: Placed, wanted: Platform) -> PhaseRun:
        """Run the phase onto a run image that is there."""

    def took(self, storage: StorageScope, run: PhaseRun, image: ImageSpec) -> bool:
        """Whether this image's layers are the app image's first."""
        return expect.written(storage, run).layers[: len(image.layers)] == image.layer_digests

    def result(self, storage: StorageScope, run: PhaseRun) -> str:
        """Give the layers of the image that was made."""
        return f"none of them: an image of the layers{expect.shown(expect.written(storage, run).layers)}"


class Exporter(MakesImage):
    """The run image of the exporter."""

    name = "exporter"
    phase = "exporter"

    def onto(self, lifecycle: Lifecycle, storage: StorageScope, placed: Placed, wanted: Platform) -> PhaseRun:  # noqa: ARG002 - as above
        """Export onto a run image."""
        app = storage.unused(f"app-{placed.digest[-8:]}")
        return lifecycle.export_onto(placed.pinned, app, name=placed.ref)


class Rebaser(MakesImage):
    """The run image of the rebaser."""

    name = "rebaser"
    phase = "rebaser"

    def onto(self, lifecycle: Lifecycle, storage: StorageScope, placed: Placed, wanted: Platform) -> PhaseRun:
        """Rebase an app image of the wanted platform."""
        app = app_image(old_base(wanted), api=str(lifecycle.api), run_image=str(placed.ref))
        name = f"app-{placed.digest[-8:]}"
        return lifecycle.rebase(storage.place(app, name), run_image=placed)


CONSUMERS = (AnalyzerRunImage(), AnalyzerPreviousImage(), Exporter(), Rebaser())


every_consumer = pytest.mark.parametrize("consumer", CONSUMERS, ids=lambda consumer: consumer.name)
makers_of_images = pytest.mark.parametrize(
    "consumer",
    [consumer for consumer in CONSUMERS if isinstance(consumer, MakesImage)],
    ids=lambda consumer: consumer.name,
)
"""Those that write an image, which shows more of what they took than its name."""
"""Runs a test for each place where an index is read."""


def others(consumer: IndexConsumer, platform: Platform, count: int = 3, **more: Any) -> list[ImageSpec]:
    """Give images for other architectures."""
    return [consumer.make(other, **more) for other in others_than(platform)[:count]]


def takes(
    storage: StorageScope, consumer: IndexConsumer, run: PhaseRun, images: dict[str, ImageSpec], expected: str
) -> None:
    """Raise NonConforming unless the image of this name was taken."""
    expect.same("the child that was taken", consumer.taken(storage, run, images), expected)


def takes_in_control(
    consumer: IndexConsumer, lifecycle: Lifecycle, storage: StorageScope, index: IndexSpec, fitting: ImageSpec
) -> None:
    """Raise Untestable unless the fitting image of this index, which is as the case's but plain, is taken."""
    run = consumer.read(lifecycle, storage, index, fitting.platform)
    with expect.positive_control():
        takes(storage, consumer, run, {"the fitting one": fitting}, "the fitting one")


def does_not_take(storage: StorageScope, consumer: IndexConsumer, run: PhaseRun, image: ImageSpec, name: str) -> None:
    """Raise NonConforming where this image was taken; to refuse, or to go on without one, is as good."""
    expect.no_crash(run)
    if run.status != 0:
        return
    if consumer.took(storage, run, image):
        raise NonConforming(f"{name} not to be taken", f"it was: {run.ending}")
