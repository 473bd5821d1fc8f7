"""The setting of a case: one column of the matrix of what is judged, or the platform that a release promises."""

from __future__ import annotations

from dataclasses import dataclass, field

from fixtures.artifacts.places import Kind
from fixtures.lifecycle.capabilities import CAPABILITIES
from fixtures.lifecycle.platform_api import PlatformApi
from fixtures.oci.platforms import Platform

REGISTRY = "registry"


@dataclass(frozen=True, order=True)
class Setting:
    """A lifecycle run as one platform, at one Platform API, with its images in one storage.

    `platform_source` is how it learns of the build platform: runtime, flag or recorded. `phases` are those whose job
    it does, none where it is a whole lifecycle, and `capabilities` what of CAPABILITIES it can: the same in all
    settings of a run.
    """

    platform: Platform
    api: PlatformApi
    storage: str = REGISTRY
    platform_source: str = "runtime"
    phases: frozenset[str] = field(default=frozenset(), compare=False)
    capabilities: frozenset[str] = field(default=frozenset(CAPABILITIES), compare=False)

    def __str__(self) -> str:
        """Give the setting as part of a test id: `arm64-0.15`; the registry goes without saying."""
        parts = (self.platform.slug, str(self.api), self.storage if self.storage != REGISTRY else "")
        return "-".join(filter(None, parts))


@dataclass(frozen=True)
class ReleaseSetting:
    """A release, of which these kinds of place were given.

    `platform` is the one of the promised that a case is about, None where it is about all of them.
    """

    kinds: frozenset[Kind]
    platform: Platform | None = None
