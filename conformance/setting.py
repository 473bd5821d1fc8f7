"""The setting of a case: one column of the matrix of what is judged."""

from __future__ import annotations

from dataclasses import dataclass

from fixtures.lifecycle.platform_api import PlatformApi
from fixtures.oci.platforms import Platform

REGISTRY = "registry"


@dataclass(frozen=True, order=True)
class Setting:
    """A lifecycle run as one platform, at one Platform API, with its images in one storage.

    `platform_source` is how it learns of the build platform: runtime, flag or recorded.
    """

    platform: Platform
    api: PlatformApi
    storage: str = REGISTRY
    platform_source: str = "runtime"

    def __str__(self) -> str:
        """Give the setting as part of a test id: `arm64-0.15`; the registry goes without saying."""
        parts = (self.platform.slug, str(self.api), self.storage if self.storage != REGISTRY else "")
        return "-".join(filter(None, parts))
