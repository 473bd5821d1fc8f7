"""What a platform says to a phase: flags before the environment, each flag there is, whose the files are to be."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.lifecycle.phases import Kind
from fixtures.oci.platforms import Platform
from fixtures.oci.samples import index_of, run_image
from fixtures.storage.scope import StorageScope
from suites import Needs, expect, requirement
from suites.calls.index_consumers import CONSUMERS, IndexConsumer, takes, takes_in_control
from suites.calls.phase_calls import ON_RUN_IMAGES, Analyze, Export, PhaseCall
from suites.inputs.app_on_run_image import app_on_base, naming, new_base, old_base
from suites.inputs.index_shapes import others_than, previous_images
from suites.inputs.run_image_names import candidates

every_phase = pytest.mark.parametrize("call", ON_RUN_IMAGES, ids=lambda call: call.name)
by_flag_and_environment = pytest.mark.parametrize("by", ["flag", "environment"])
"""The flag says one thing and the variable another, or the variable is all there is."""


@requirement("phase-flag-over-environment")
@by_flag_and_environment
def test_run_image_of_the_analyzer(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, by: str
) -> None:
    one, other = candidates(storage, build_platform)
    asked = lifecycle.with_inputs({"CNB_RUN_IMAGE": str(other.ref)})

    run = asked.analyze(storage.unused("app"), run_image=one if by == "flag" else None)

    expect.succeeded(run)
    expect.recorded(run, (one if by == "flag" else other).image)


@requirement("phase-flag-over-environment")
@by_flag_and_environment
def test_previous_image(lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, by: str) -> None:
    base, make = storage.share(run_image(build_platform), "run"), previous_images(lifecycle.api)
    one, other = make(build_platform), previous_images("0.1")(build_platform)
    asked = lifecycle.with_inputs({"CNB_PREVIOUS_IMAGE": str(storage.share(other, "other").ref)})
    previous = storage.share(one, "one") if by == "flag" else None

    run = asked.analyze(storage.unused("app"), run_image=base, previous=previous)

    expect.succeeded(run)
    expect.analyzed(run, one if by == "flag" else other)


@requirement("phase-flag-over-environment", needs=Needs(features=frozenset({"faults"})))
@by_flag_and_environment
def test_cache_image_of_the_analyzer(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, by: str
) -> None:
    """Which one counts shows where nobody may write to the other."""
    base, app = storage.share(run_image(build_platform), "run"), storage.unused("app")
    denied, open_to_all = storage.unused("denied"), storage.unused("cache")
    flag = ("-cache-image", str(open_to_all)) if by == "flag" else ()
    asked = lifecycle.with_inputs({"CNB_CACHE_IMAGE": str(denied)}, *flag)
    expect.control(asked.analyze(app, run_image=base))
    storage.faults.deny_writes(denied)

    run = asked.analyze(app, run_image=base)

    expect.succeeded(run) if by == "flag" else expect.refused(run)


@requirement("phase-flag-over-environment")
def test_layers_directory(lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform) -> None:
    """Platforms set the variable in a builder image, and mount the layers elsewhere."""
    space, elsewhere = lifecycle.workspace(), lifecycle.workspace()
    base = storage.share(run_image(build_platform), "run")
    variables = {"CNB_LAYERS_DIR": str(elsewhere.layers), "CNB_ANALYZED_PATH": str(elsewhere.analyzed_path)}

    run = lifecycle.with_inputs(variables).analyze(storage.unused("app"), run_image=base, workspace=space)

    expect.succeeded(run)
    expect.recorded(run, base.image)
    expect.holds(not elsewhere.has(elsewhere.analyzed_path), "no analyzed.toml but the flag's", "CNB_ANALYZED_PATH too")


@requirement("phase-flag-over-environment")
@by_flag_and_environment
def test_run_image_of_the_rebaser(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, by: str
) -> None:
    one, other = candidates(storage, build_platform)
    names = naming("registry.example/run:latest", str(one.ref), str(other.ref))
    scenario = app_on_base(lifecycle, storage, old_base(build_platform), one.image, record=names)
    asked = lifecycle.with_inputs({"CNB_RUN_IMAGE": str(other.ref)})

    run = asked.rebase(scenario.app, run_image=one if by == "flag" else None)

    expect.succeeded(run)
    expect.built_on(storage.read(scenario.app), (one if by == "flag" else other).image)


@requirement("phase-flag-over-environment")
@by_flag_and_environment
def test_report(lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, by: str) -> None:
    scenario = app_on_base(lifecycle, storage, old_base(build_platform), new_base(build_platform))
    space = lifecycle.workspace()
    by_variable = space.root / "by-variable.toml"
    asked = lifecycle.with_inputs({"CNB_REPORT_PATH": str(by_variable)})
    values = {"-run-image": str(scenario.run.ref)}
    flag = {"-report": str(space.report_path)} if by == "flag" else {}

    run = asked.run_phase("rebaser", {**values, **flag}, [scenario.app.ref], space)

    expect.succeeded(run)
    written = [path.name for path in (space.report_path, by_variable) if space.has(path)]
    expect.same("reports that were written", written, ["report.toml" if by == "flag" else by_variable.name])


@requirement("phase-flag-over-environment", since="0.12")
@by_flag_and_environment
def test_force(lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, by: str) -> None:
    scenario = app_on_base(
        lifecycle,
        storage,
        old_base(build_platform),
        new_base(build_platform),
        labels={"io.buildpacks.rebasable": "false"},
    )
    asked = lifecycle.with_inputs({"CNB_FORCE_REBASE": "false" if by == "flag" else "true"})

    run = asked.rebase(scenario.app, run_image=scenario.run, force=by == "flag")

    expect.succeeded(run)
    expect.built_on(storage.read(scenario.app), new_base(build_platform))


@requirement("phase-environment-neutral")
@pytest.mark.parametrize("consumer", CONSUMERS, ids=lambda consumer: consumer.name)
def test_architecture_that_the_environment_names(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, consumer: IndexConsumer
) -> None:
    """Container tools, compilers and buildpacks go by these variables; no specification tells a lifecycle of them."""
    other = others_than(build_platform)[0]
    fitting, foreign = consumer.make(build_platform), consumer.make(other)
    index = index_of(foreign, fitting)
    takes_in_control(consumer, lifecycle, storage, index, fitting)
    platform = str(other)
    variables = {
        **dict.fromkeys(("DOCKER_DEFAULT_PLATFORM", "BUILDPLATFORM", "TARGETPLATFORM"), platform),
        **dict.fromkeys(("GOARCH", "GOHOSTARCH", "TARGETARCH", "CNB_TARGET_ARCH"), other.architecture),
    }

    run = consumer.read(lifecycle.with_inputs(variables), storage, index, build_platform)

    takes(storage, consumer, run, {"the fitting one": fitting, "the one that they name": foreign}, "the fitting one")


@requirement("phase-known-flags")
@every_phase
@pytest.mark.parametrize("level", ["debug", "info", "warn", "error"])
def test_flags_that_every_platform_api_has(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, call: PhaseCall, level: str
) -> None:
    asked = lifecycle.with_inputs({}, "-log-level", level)

    run = call.run(asked, storage, call.fitting(build_platform), "app")

    expect.succeeded(run)


@requirement("phase-known-flags")
def test_further_tag_of_the_analyzer(lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform) -> None:
    base = storage.share(run_image(build_platform), "run")

    run = lifecycle.analyze(storage.unused("app"), run_image=base, tags=[storage.unused("app", "v2")])

    expect.succeeded(run)


@requirement("phase-known-flags")
def test_project_metadata_of_the_exporter(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform
) -> None:
    space = lifecycle.workspace()
    path = space.root / "project.toml"
    space.write(path, '[source]\ntype = "git"\n')
    base, asked = storage.share(run_image(build_platform), "run"), ("-project-metadata", str(path))

    run = lifecycle.with_inputs({}, *asked).export_onto(
        base.pinned, storage.unused("app"), name=base.ref, workspace=space
    )

    expect.succeeded(run)


@dataclass(frozen=True)
class FurtherFlag:
    """A flag that a phase need not be given, from a Platform API on, and whether a value of its kind goes with it."""

    call: PhaseCall
    name: str
    value: Literal["", "directory", "image"]
    since: str = "0.7"

    def __str__(self) -> str:
        return f"{self.call.name}{self.name}"

    @property
    def needs(self) -> Needs:
        """The Platform APIs that have it."""
        return Needs(since=self.since)

    def words(self, lifecycle: Lifecycle, storage: StorageScope) -> tuple[str, ...]:
        """Give it as a platform writes it."""
        values = {"directory": str(lifecycle.workspace().home), "image": str(storage.unused("cache"))}
        return (self.name, values[self.value]) if self.value else (self.name,)


FURTHER = (
    FurtherFlag(Analyze(), "-cache-image", "image"),
    FurtherFlag(Analyze(), "-skip-layers", "", since="0.9"),
    FurtherFlag(Export(), "-cache-image", "image"),
    FurtherFlag(Export(), "-cache-dir", "directory"),
    FurtherFlag(Export(), "-launcher-sbom", "directory", since="0.11"),
    FurtherFlag(Export(), "-extended", "directory", since="0.12"),
    FurtherFlag(Export(), "-parallel", "", since="0.13"),
)
"""What no other requirement gives a phase; a directory may be empty, and a cache need not be there."""


@requirement("phase-known-flags")
@pytest.mark.parametrize("flag", FURTHER, ids=str)
def test_flag_that_a_phase_need_not_be_given(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, flag: FurtherFlag
) -> None:
    flag.call.control(lifecycle, storage)
    asked = lifecycle.with_inputs({}, *flag.words(lifecycle, storage))

    run = flag.call.run(asked, storage, flag.call.fitting(build_platform), "app")

    expect.succeeded(run)


@requirement("phase-owner")
@every_phase
def test_files_are_the_groups(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, call: PhaseCall
) -> None:
    """Only root can give them to another group than its own; the next phase may have to replace them."""
    asked = lifecycle.for_another_group()

    run = call.run(asked, storage, call.fitting(build_platform), "app")

    expect.succeeded(run)
    name = "analyzed.toml" if Kind.ANALYZED in run.phase.writes else "report.toml"
    expect.same(f"group of {name}", run.owner_of(Path("layers") / name), (asked.executor.owner[0], asked.group))
