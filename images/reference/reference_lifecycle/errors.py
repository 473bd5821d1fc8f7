"""What can go wrong, and the exit status that says so (platform.md, "Outputs" of each phase)."""

from __future__ import annotations

GENERIC = 1
INVALID_INPUT = 3
PLATFORM_API = 11
BUILDPACK_API = 12

PHASE_STATUS = {"analyzer": 32, "detector": 21, "exporter": 62, "rebaser": 72}
"""The status of a phase's own refusals: analysis has 30-39, detection 20-29, export 60-69, rebase 70-79."""


class LifecycleError(Exception):
    """Ends the phase with one line on stderr; `status` None means the phase's own exit status."""

    status: int | None = None


class InvalidInputError(LifecycleError):
    """The command line, the environment or an input file can't be used as it is."""

    status = INVALID_INPUT


class PlatformApiError(LifecycleError):
    """The Platform API asked for is not one that this lifecycle conforms to."""

    status = PLATFORM_API


class BuildpackApiError(LifecycleError):
    """A buildpack of the group uses a Buildpack API that this lifecycle does not know."""

    status = BUILDPACK_API


class NotDetectedError(LifecycleError):
    """No group of the order passed detection."""

    status = 20


class RefusedError(LifecycleError):
    """The phase will not go on, and has changed nothing."""


class ImageMissingError(RefusedError):
    """The registry was asked and has no such image."""


class PlatformMismatchError(RefusedError):
    """The image is there, but not for the platform wanted."""


class ArchitectureNeededError(RefusedError):
    """The image is an index, and the caller has to say with -arch which child is wanted."""


class MalformedImageError(RefusedError):
    """The image is there, but its manifest, config or blobs contradict themselves or each other."""


class RegistryError(RefusedError):
    """The registry can't be reached, denies access, or answers what the distribution specification does not allow."""
