"""Histories of one app under one tag: the steps that make them, and what has to be true after each.

A step changes what the registry holds, or runs phases and says which image they may have left. The tag of the run image
and the tag of the app stay the same throughout; what is behind them changes.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from fixtures.cleanup.removal import remove
from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.lifecycle.outputs import texts_in
from fixtures.lifecycle.run import PhaseRun
from fixtures.lifecycle.workspace import Workspace
from fixtures.oci.images import Artifact, ImageSpec
from fixtures.oci.options import with_option
from fixtures.oci.platforms import Platform
from fixtures.oci.reference import is_reference
from fixtures.oci.samples import app_image, index_of, run_image
from fixtures.storage.base import Placed, Ref
from fixtures.storage.scope import StorageScope
from fixtures.storage.stored_image import StoredImage
from suites import expect
from suites.expect.choice import Choices, allowed_choices, configured, leaves
from suites.expect.soundness import is_sound_image
from suites.generated.pool import code_of_platform

REBASABLE = "io.buildpacks.rebasable"
"""The label that says of an app image whether it can be rebased without force (platform.md, rebaser)."""

GENERATIONS = 4
"""How many run images of one platform there are: the fifth update brings back the first."""


@dataclass
class History:
    """What the registry holds. `owners` says for whose architecture a layer was made, by diff ID.

    It is over once an app was forced onto another architecture: nobody can say what its layers are for then.
    `is_doubtful` says of what the app's tag leads to that it is of images which a phase may refuse to read.
    """

    lifecycle: Lifecycle
    storage: StorageScope
    root: Path = field(init=False)
    run: Placed = field(init=False)
    updates: int = 0
    app: Ref = field(init=False)
    has_app: bool = False
    is_over: bool = False
    is_doubtful: bool = False
    owners: dict[str, Platform] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.root = self.lifecycle.new_directory()
        # An image beside the app, in the same repository, that nobody names.
        self.storage.place(base_image(self.lifecycle.platform, 0), "app", "stays")
        self.app = self.storage.unused("app")
        self.storage.remove(self.app)
        UpdateRunImage((self.lifecycle.platform,)).take(self)

    def live(self, steps: Sequence[Step]) -> None:
        """Take the steps. Raises NonConforming where an invariant does not hold after one."""
        for step in steps:
            if not self.is_over:
                step.take(self)

    def workspace(self) -> Workspace:
        """Give a fresh workspace at the place of the one before, as platforms do: the paths in an app stay the same."""
        expect.holds(remove(self.root), f"the phases to leave {self.root} so that it can be removed", "it can't be")
        return self.lifecycle.workspace(self.root)

    def choices(self, platform: Platform) -> Choices:
        """Say what of the run image a phase may take, or whether it may refuse, where the app is for a platform."""
        return replace(self.offered(platform), may_refuse=self.offered(platform).may_refuse or self.is_doubtful)

    def offered(self, platform: Platform) -> Choices:
        """Say what of the run image may be taken, whatever the app's tag leads to."""
        return allowed_choices(self.run.artifact, platform)

    def own(self, artifact: Artifact) -> None:
        """Take note of whose the layers of these images are."""
        for image in leaves(artifact):
            self.owners.update(dict.fromkeys(image.diff_ids, image.platform))

    def check(self, run: PhaseRun, fitting: Choices) -> tuple[StoredImage, ImageSpec] | None:
        """Raise NonConforming unless the invariants hold after a phase that may have left an image on one of these.

        Gives the image and the child it is on; None where the phase refused, which then changed nothing.
        """
        expect.inputs_untouched(run)
        child = expect.made_of_one_child(self.storage, run, fitting)
        if child is None:
            return None
        image = self.storage.read(self.app)
        expect.layers_are_whole(image)
        expect.reports_digest(self.storage, run)
        recorded = str(image.run_image.get("reference", ""))
        # An image ID is as good a name, but leads nowhere in a registry.
        if is_reference(recorded):
            expect.leads_somewhere(self.storage, recorded, "runImage.reference")
        return image, child

    def check_one_architecture(self, image: StoredImage, platform: Platform) -> None:
        """Raise NonConforming where the image has a layer that was made for another architecture."""
        known = [(diff_id, self.owners[diff_id]) for diff_id in image.diff_ids if diff_id in self.owners]
        strange = [f"{diff_id} (made for {owner})" for diff_id, owner in known if not owner.same_architecture(platform)]
        expect.holds(not strange, f"every layer of the app image to be for {platform}", f"layers {', '.join(strange)}")


class Step(ABC):
    """Something that happens."""

    @abstractmethod
    def take(self, history: History) -> None:
        """Let it happen. Raises NonConforming where an invariant does not hold afterward."""

    @abstractmethod
    def code(self) -> str:
        """Give the step as code."""


@dataclass(frozen=True)
class UpdateRunImage(Step):
    """The run image's tag moves to the next generation: the image of the first platform, or an index of all."""

    platforms: tuple[Platform, ...]
    indexed: bool = False
    option: str = ""

    def take(self, history: History) -> None:
        """Push it."""
        generation = history.updates % GENERATIONS + 1
        images = [with_option(base_image(platform, generation), self.option) for platform in self.platforms]
        spec: Artifact = index_of(*images) if self.indexed else images[0]
        history.updates += 1
        history.run = history.storage.place(spec, "run")
        history.own(spec)

    def code(self) -> str:
        """Give the step as code."""
        return f"UpdateRunImage({_code(self.platforms)}, indexed={self.indexed}, option={self.option!r})"


@dataclass(frozen=True)
class PutApp(Step):
    """An earlier app image appears under the app's tag: for one platform, or an index of several."""

    platforms: tuple[Platform, ...]
    indexed: bool = False
    option: str = ""

    def take(self, history: History) -> None:
        """Push it."""
        api, name = str(history.lifecycle.api), str(history.run.ref)
        earlier = [earlier_image(platform, api, name) for platform in self.platforms]
        images = [with_option(image, self.option) for image in earlier]
        spec: Artifact = index_of(*images) if self.indexed else images[0]
        history.storage.place(spec, "app")
        history.own(spec)
        history.has_app = not self.indexed
        history.is_doubtful = not all(map(is_sound_image, images))

    def code(self) -> str:
        """Give the step as code."""
        return f"PutApp({_code(self.platforms)}, indexed={self.indexed}, option={self.option!r})"


@dataclass(frozen=True)
class Build(Step):
    """A build for a platform; a buildpack that finds its layer in the metadata of the previous image may keep it."""

    platform: Platform
    keeps: bool = False

    def take(self, history: History) -> None:
        """Analyze and export. A previous image of whatever architecture is no reason to refuse; one in doubt may be."""
        lifecycle, storage = history.lifecycle.running_as(self.platform), history.storage
        fitting, space = history.choices(self.platform), history.workspace()
        space.write_app(str(self.platform))
        space.offer_run_images(history.run.ref)
        analyzed = lifecycle.analyze(history.app, run_image=history.run, workspace=space)
        if analyzed.status != 0 and (fitting.may_refuse or not fitting.images):
            expect.refused(analyzed)
            return
        references = expect.succeeded(analyzed).analyzed.references
        expect.lead_somewhere(storage, references, "what analyzed.toml records")
        if self.keeps:
            space.keep_layer_if_analyzed()
        if made := history.check(lifecycle.export(history.app, workspace=space), fitting):
            history.check_one_architecture(made[0], self.platform)
            own = texts_in([made[0].metadata.get(key) for key in ("app", "buildpacks")])
            history.owners.update({text: self.platform for text in own if text.startswith("sha256:")})
            history.has_app, history.is_doubtful = True, history.offered(self.platform).may_refuse

    def code(self) -> str:
        """Give the step as code."""
        return f"Build({code_of_platform(self.platform)}, keeps={self.keeps})"


@dataclass(frozen=True)
class Rebase(Step):
    """A rebase of the app onto what the run image's tag leads to. Nothing says what becomes of an index of apps."""

    force: bool = False

    def take(self, history: History) -> None:
        """Rebase. With force, any image of the run image may be taken; on a foreign one the history is over."""
        if not history.has_app:
            return
        before, force = history.storage.read(history.app), self.force and history.lifecycle.has_targets
        fitting = history.choices(before.platform)
        if before.labels.get(REBASABLE) == "false":
            fitting = replace(fitting, may_refuse=True)
        allowed = Choices(leaves(history.run.artifact), may_refuse=True) if force else fitting
        run = history.lifecycle.rebase(history.app, run_image=history.run, force=force)
        if not (made := history.check(run, allowed)):
            return
        image, child = made
        history.is_doubtful = history.is_doubtful or history.offered(before.platform).may_refuse
        kept = before.diff_ids[before.base_size :]
        expect.same("the layers above the run image's", image.diff_ids[len(child.layers) :], kept)
        if configured(child).get("architecture") == before.platform.architecture:
            history.check_one_architecture(image, before.platform)
        else:
            history.is_over = True

    def code(self) -> str:
        """Give the step as code."""
        return f"Rebase(force={self.force})"


@cache
def base_image(platform: Platform, generation: int) -> ImageSpec:
    """Give a run image: made once, as histories ask for the same few again and again."""
    return run_image(platform, generation=generation)


@cache
def earlier_image(platform: Platform, api: str, run_image_name: str) -> ImageSpec:
    """Give an app image of an earlier build."""
    return app_image(base_image(platform, 0), api=api, run_image=run_image_name, said="earlier")


def _code(platforms: tuple[Platform, ...]) -> str:
    return "(" + "".join(f"{code_of_platform(platform)}, " for platform in platforms).rstrip() + ")"
