"""What a requirement, a test or a value of a parameter needs of the setting that a case runs in."""

from __future__ import annotations

from dataclasses import dataclass

from fixtures.lifecycle.capabilities import CAPABILITIES
from fixtures.lifecycle.phases import PHASES
from fixtures.lifecycle.platform_api import PLATFORM_SOURCES, PlatformApi

STORAGES = ("registry",)
FEATURES = ("index", "digest-name", "dangling", "faults", "mount", "requests", "alias")
"""What a storage may be able to do."""
SUBJECTS = ("lifecycle", "release")
PLACES = (
    "archives",
    "checkout",
    "checkout-and-engine",
    "checkout-and-index",
    "checkout-with-stand-ins",
    "image",
    "registry",
)
"""The kinds of place that a release is found in."""


@dataclass(frozen=True)
class Needs:
    """What has to be so for a case to be judged; whoever asks for nothing is judged everywhere.

    ``since`` and ``until`` are the first and the last Platform API, None is no bound. ``platform_source`` is how the
    lifecycle learns of the build platform. ``platform`` is one that an image may be for where the lifecycle's own
    platform is wanted: what runs as linux/arm64 meets a need of linux/arm64/v8. ``storages`` are those it holds for,
    none is all of them; ``features`` what the storage has to be able to do; ``programs`` the phases that the target
    has to have; ``phases`` those that it is about, and ``capabilities`` what of CAPABILITIES it takes: only what stands
    for a phase without being one may lack these. ``subject`` is what is judged: the lifecycle, or its release, of which
    one of ``places`` has to be given. ``excluded`` says why nobody is judged.
    """

    since: str | None = None
    until: str | None = None
    platform_source: str | None = None
    platform: str = ""
    storages: frozenset[str] = frozenset()
    features: frozenset[str] = frozenset()
    programs: frozenset[str] = frozenset()
    phases: frozenset[str] = frozenset()
    capabilities: frozenset[str] = frozenset()
    subject: str = "lifecycle"
    places: frozenset[str] = frozenset()
    excluded: str | None = None

    def __post_init__(self) -> None:
        """Raise ValueError for what no setting can have."""
        for api in filter(None, (self.since, self.until)):
            PlatformApi.parse(api)
        for name, given, known in (
            ("storages", self.storages, STORAGES),
            ("features", self.features, FEATURES),
            ("programs", self.programs, PHASES),
            ("phases", self.phases, PHASES),
            ("capabilities", self.capabilities, CAPABILITIES),
            ("subject", {self.subject}, SUBJECTS),
            ("places", self.places, PLACES),
            ("platform_source", {self.platform_source} - {None}, PLATFORM_SOURCES),
        ):
            if strange := sorted(map(str, given - set(known))):
                raise ValueError(f"{name}: expected some of {', '.join(known)}, found {', '.join(strange)}")
