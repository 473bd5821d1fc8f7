"""What a run will judge: data that was decided once before collection, and is the same in every worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from conformance.setting import REGISTRY, ReleaseSetting, Setting
from fixtures.artifacts.release import ReleaseSpec
from fixtures.execution.host import HostSpec
from fixtures.lifecycle.platform_api import PlatformApi
from fixtures.lifecycle.targets.base import Installation, InstallationSpec, TargetFacts, reason_lacking
from fixtures.oci.platforms import Platform


@dataclass(frozen=True)
class Plan:
    """The settled facts of a run.

    `target` is the lifecycle that is judged, None where none is, and `installations` are its programs, of each platform
    that it is run as. `release` is the release that is judged, None where none is.
    `hosts` say how app images of each platform that can run here are started.
    `skipped_platforms` says why platforms that are judged by default, and can't be here, are not.
    `sampled_platform` names the one that is judged by a part of the cases.
    `usual_platforms` are those that the lifecycle is judged as where none is asked for.
    `narrowed_by` holds the options by which fewer platforms or older Platform APIs are judged than by default.
    `storages` are where images are kept, by name; `store` is where the registry answers, empty until it was started.
    `store_abilities` are those that are known of it, by name, with the reason where it lacks one, else empty.
    `ends_at` is when the time of the run is over, by `time.monotonic`, 0 for never.
    """

    target: TargetFacts | None
    version: str
    platform_apis: tuple[PlatformApi, ...]
    installations: tuple[InstallationSpec, ...]
    directory: str
    release: ReleaseSpec | None = None
    hosts: tuple[HostSpec, ...] = ()
    skipped_platforms: Mapping[str, str] = field(default_factory=dict)
    sampled_platform: str = ""
    usual_platforms: tuple[Platform, ...] = ()
    narrowed_by: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    storages: tuple[str, ...] = (REGISTRY,)
    store: str = ""
    store_description: str = ""
    store_abilities: Mapping[str, str] = field(default_factory=dict)
    ends_at: float = 0.0

    @property
    def judges_adapter(self) -> bool:
        """Whether what is judged does the job of some phases, under another command line."""
        return bool(self.target and self.target.phases)

    def to_json(self) -> str:
        """Return the plan as text, for a worker."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """Undo `to_json`."""
        return msgspec.json.decode(text, type=cls)

    def open(self, shared: Path) -> dict[Platform, Installation]:
        """Return what runs the programs of each platform, on files in a directory; who asks closes the executors."""
        return {each.platform: each.open(Path(self.directory), shared) for each in self.installations}

    def lacks(self, phase: str, platform: Platform) -> str:
        """Say why what needs a phase can't be judged on a platform: there is no program; empty where there is one."""
        programs = next((each.programs for each in self.installations if each.platform == platform), {})
        return reason_lacking(programs, phase)

    @property
    def platforms(self) -> tuple[Platform, ...]:
        """What the lifecycle is run as."""
        return tuple(each.platform for each in self.installations)

    @property
    def runnable(self) -> dict[Platform, tuple[str, ...]]:
        """The platforms whose programs run here, with what their command lines begin with."""
        return {host.platform: host.prefix for host in self.hosts}

    @property
    def settings(self) -> tuple[Setting, ...]:
        """Every storage, platform and Platform API; none where no lifecycle is judged."""
        if self.target is None:
            return ()
        source, phases, can = self.target.platform_source, frozenset(self.target.phases), self.target.capabilities
        return tuple(
            Setting(platform, api, storage, source, phases, can)
            for storage in self.storages
            for platform in self.platforms
            for api in self.platform_apis
        )

    @property
    def release_settings(self) -> tuple[ReleaseSetting, ...]:
        """The release as a whole, and each platform that it promises; none where no release is judged."""
        if self.release is None:
            return ()
        platforms = dict.fromkeys((None, *self.release.promised, *self.release.images))
        return tuple(ReleaseSetting(self.release.kinds, platform) for platform in platforms)
