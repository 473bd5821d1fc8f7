"""From what was asked for to the plan, with targets that are made up: nothing is run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from conformance import resolve
from conformance.options import Settings, read
from conformance.plan import Plan
from conformance.setting import Setting
from fixtures.errors import NoProgram, NotHere, TargetError
from fixtures.execution.base import Executor
from fixtures.execution.container import ContainerSpec
from fixtures.execution.host import HostExecutor, HostSpec
from fixtures.execution.process import Completed
from fixtures.lifecycle import targets
from fixtures.lifecycle.platform_api import KNOWN, PlatformApi
from fixtures.lifecycle.targets.base import Defaults, InstallationSpec, Target, TargetFacts
from fixtures.oci.platforms import AMD64, ARM64, S390X, Platform

API_12, API_15 = PlatformApi(0, 12), PlatformApi(0, 15)


class Speaks:
    """An executor that starts nothing: whatever is called supports some Platform APIs, and has a version."""

    owner = (0, 0)

    def __init__(self, apis: Sequence[PlatformApi]) -> None:
        self._apis = set(map(str, apis))
        self.called: list[Sequence[str]] = []

    def run(self, command: Sequence[str], environment: Mapping[str, str], *_: Any) -> Completed:
        """Say the version, or 11 for a Platform API that is not supported."""
        self.called.append(command)
        if environment["CNB_PLATFORM_API"] not in self._apis:
            return Completed(11, "", "", 0.0)
        return Completed(0, "1.2.3+toy" if "-version" in command else "", "", 0.0)

    def shell(self, command: Sequence[str], _: Mapping[str, str]) -> str:
        """Return the command as it is."""
        return " ".join(command)

    def file(self, _: str) -> str:
        """There is no file."""
        return ""

    def close(self) -> None:
        """Nothing is held."""


@dataclass
class Toy:
    """A target of programs that are nowhere, of which some can't be run on this machine."""

    programs: Mapping[Platform, Sequence[str]]
    emulated: Sequence[Platform] = (ARM64,)
    defaults: Defaults = Defaults()  # noqa: RUF009 - it is frozen
    facts: TargetFacts = field(default_factory=lambda: TargetFacts("toy:", "toy"))
    notes: Sequence[str] = ()

    @property
    def platforms(self) -> Sequence[Platform]:
        """The platforms that it has programs for."""
        return tuple(self.programs)

    def install(self, platform: Platform, directory: Path) -> InstallationSpec:  # noqa: ARG002 - nothing is written
        """Return how the programs would be run."""
        if platform not in (AMD64, *self.emulated):
            raise NotHere("no emulator")
        prefix = ("qemu",) if platform in self.emulated else ()
        programs = {phase: (f"/toy/{phase}",) for phase in self.programs[platform]}
        return InstallationSpec(programs, HostSpec(platform, prefix, "a way"))


ALL = ("analyzer", "exporter", "rebaser")


@pytest.fixture(autouse=True)
def speaks(monkeypatch: pytest.MonkeyPatch) -> Speaks:
    """Let no program be started, on a machine that is an amd64 with an emulator of arm64."""
    executor = Speaks(KNOWN)
    monkeypatch.setattr(HostSpec, "open", lambda *_: executor)
    monkeypatch.setattr(resolve, "host_platform", lambda: AMD64)
    found = {AMD64: HostSpec(AMD64, (), "native"), ARM64: HostSpec(ARM64, ("qemu",), "qemu")}
    monkeypatch.setattr(resolve, "find_executor", lambda platform, _: found.get(platform))
    return executor


def settings(pytestconfig: pytest.Config, **options: str) -> Settings:
    """Give the settings of a run with these options."""
    return read(pytestconfig, {f"CONFORMANCE_{name.upper()}": value for name, value in options.items()})


def test_own_architecture_comes_first(pytestconfig: pytest.Config, tmp_path: Path) -> None:
    plan = resolve.plan_for(Toy({ARM64: ALL, AMD64: ALL}), settings(pytestconfig), tmp_path)

    assert plan.platforms == (AMD64, ARM64)
    assert plan.settings == (Setting(AMD64, API_15), Setting(ARM64, API_15))
    assert (plan.version, plan.skipped_platforms, plan.narrowed_by) == ("1.2.3+toy", {}, ())


def test_what_the_machine_does_not_run_is_left_out_or_refused(pytestconfig: pytest.Config, tmp_path: Path) -> None:
    toy = Toy({AMD64: ALL, S390X: ALL})

    plan = resolve.plan_for(toy, settings(pytestconfig), tmp_path)

    assert (plan.platforms, plan.skipped_platforms) == ((AMD64,), {"linux/s390x": "no emulator"})
    with pytest.raises(TargetError, match="linux/s390x: no emulator"):
        resolve.plan_for(toy, settings(pytestconfig, arch="all"), tmp_path)
    with pytest.raises(TargetError, match="linux/s390x: no emulator"):
        resolve.plan_for(Toy({S390X: ALL}), settings(pytestconfig), tmp_path)
    with pytest.raises(TargetError, match="--arch linux/arm64: the lifecycle has no programs for it"):
        resolve.plan_for(toy, settings(pytestconfig, arch="arm64"), tmp_path)


def test_defaults_that_are_absent_or_sampled(pytestconfig: pytest.Config, tmp_path: Path) -> None:
    defaults = Defaults((AMD64, ARM64), sampled=ARM64, hint="get it")
    both, one = Toy({AMD64: ALL, ARM64: ALL}, defaults=defaults), Toy({AMD64: ALL}, defaults=defaults)

    assert resolve.plan_for(both, settings(pytestconfig), tmp_path).sampled_platform == "linux/arm64"
    assert resolve.plan_for(both, settings(pytestconfig, arch="all"), tmp_path).sampled_platform == ""
    assert resolve.plan_for(one, settings(pytestconfig), tmp_path).skipped_platforms == {
        "linux/arm64": "the lifecycle has no programs for it (it has linux/amd64); get it"
    }


def test_narrowing_by_architecture_and_platform_api_is_told(pytestconfig: pytest.Config, tmp_path: Path) -> None:
    toy = Toy({AMD64: ALL, ARM64: ALL})

    plan = resolve.plan_for(toy, settings(pytestconfig, arch="amd64", platform_api="0.12,0.9"), tmp_path)

    assert plan.platform_apis == (PlatformApi(0, 9), API_12)
    assert plan.narrowed_by == ("--arch=amd64", "--platform-api=0.12,0.9")


@pytest.mark.parametrize(("asked", "message"), [("0.99", "the suite knows 0.7"), ("0.15", "does not support it")])
def test_platform_api_that_can_not_be_judged(
    asked: str, message: str, pytestconfig: pytest.Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HostSpec, "open", lambda *_: Speaks([API_12]))

    with pytest.raises(TargetError, match=f"--platform-api {asked}: .*{message}"):
        resolve.plan_for(Toy({AMD64: ALL}), settings(pytestconfig, platform_api=asked), tmp_path)


def test_the_newest_platform_api_is_judged_unless_asked(
    pytestconfig: pytest.Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HostSpec, "open", lambda *_: Speaks([PlatformApi(0, 9), API_12]))
    toy = Toy({AMD64: ALL})

    assert resolve.plan_for(toy, settings(pytestconfig), tmp_path).platform_apis == (API_12,)
    assert len(resolve.plan_for(toy, settings(pytestconfig, platform_api="all"), tmp_path).platform_apis) == 2
    monkeypatch.setattr(HostSpec, "open", lambda *_: Speaks([]))
    assert resolve.plan_for(toy, settings(pytestconfig), tmp_path).platform_apis == (API_15,)


def test_a_target_may_lack_programs(pytestconfig: pytest.Config, tmp_path: Path, speaks: Speaks) -> None:
    plan = resolve.plan_for(Toy({AMD64: ["rebaser"]}), settings(pytestconfig), tmp_path)

    assert {command[0] for command in speaks.called} == {"/toy/rebaser"}
    assert plan.lacks("rebaser", AMD64) == ""
    assert plan.lacks("exporter", AMD64) == "the target has no exporter"
    with pytest.raises(NoProgram, match="the target has no exporter"):
        plan.open(tmp_path)[AMD64].command("exporter")


def test_a_kind_of_target_is_a_line_in_the_table(
    pytestconfig: pytest.Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def open_toy(text: str, rest: str, _: Path) -> Target:
        return Toy({AMD64: rest.split("+")}, facts=TargetFacts(text, "toy"))

    monkeypatch.setitem(cast("dict[str, Any]", targets.TARGETS), "toy", open_toy)
    (tmp_path / "mine.toml").write_text('target = "toy:analyzer+exporter"\nname = "mine"\n')

    plan = resolve.resolve_plan(settings(pytestconfig, lifecycle="toy:rebaser"), tmp_path)
    filed = resolve.resolve_plan(settings(pytestconfig, lifecycle=str(tmp_path / "mine.toml")), tmp_path)

    assert plan.target
    assert filed.target
    assert (plan.target.name, list(plan.installations[0].programs)) == ("toy", ["rebaser"])
    assert (filed.target.name, list(filed.installations[0].programs)) == ("mine", ["analyzer", "exporter"])


def test_a_plan_is_the_same_in_a_worker() -> None:
    programs = {"analyzer": ("/lib/ld.so", "/ref/analyzer")}
    plan = Plan(
        TargetFacts("dir:/ref", "ref", skipped_apis=frozenset({"0.7"}), environment={"A": "\u00e4"}, as_root=True),
        "1.2.3",
        (API_12, API_15),
        (
            InstallationSpec(programs, HostSpec(AMD64, ("qemu",), "qemu 7")),
            InstallationSpec(programs, ContainerSpec(Platform("linux", "arm", "v7"), (), "docker", "sha256:1", "x")),
        ),
        "/a/run",
        hosts=(HostSpec(AMD64, (), "native"),),
        skipped_platforms={"linux/s390x": "why"},
        ends_at=12.5,
    )

    assert Plan.from_json(plan.to_json()) == plan


@pytest.mark.parametrize("prefix", [(), ("qemu",)])
def test_executors_are_opened_from_their_specs(
    prefix: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()

    executor: Executor = HostSpec(AMD64, prefix, "a way").open(tmp_path, tmp_path)

    assert executor == HostExecutor(prefix)
    assert executor.shell(("/x/analyzer", "-uid", "0"), {"HOME": "/h", "A": "b"}) == " ".join(
        ["env -i A=b", *prefix, "/x/analyzer -uid 0"]
    )
