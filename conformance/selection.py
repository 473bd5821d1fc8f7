"""What of all that there is a run judges: which requirements were asked for, and which cases apply in which setting."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import pytest

from conformance.options import Settings
from conformance.setting import ReleaseSetting, Setting
from fixtures.lifecycle.platform_api import PlatformApi
from fixtures.oci.platforms import Platform
from fixtures.storage.storages import STORAGES
from suites.requirements.catalogue import Catalogue, Requirement
from suites.requirements.needs import Needs

CAN = {name: frozenset(map(str, storage.features)) for name, storage in STORAGES.items()}
"""What each storage can do."""


def requirement_of(item: pytest.Item | pytest.Function) -> str | None:
    """Give the id of the requirement that a test names."""
    marker = item.get_closest_marker("requirement")
    return str(marker.args[0]) if marker and marker.args else None


RELEASE, PROMISED = "release", "promised"
"""What a test is given that judges a release, and the parameter whose values are the platforms that it promises."""


def setting_of(item: pytest.Item) -> Setting | None:
    """Give the setting of a lifecycle that an item is a case in; None for one of a release, or of the project's own."""
    callspec = getattr(item, "callspec", None)
    setting = callspec.params.get("lifecycle") if callspec else None
    return setting if isinstance(setting, Setting) else None


def platform_of(item: pytest.Item) -> Platform | None:
    """Give the platform that a case is about: what the lifecycle runs as, or a promised one; None for all of these."""
    setting = setting_of(item)
    callspec = getattr(item, "callspec", None)
    promised = callspec.params.get(PROMISED) if callspec else None
    return setting.platform if setting else promised if isinstance(promised, Platform) else None


class Selection:
    """Says whether something was asked for, and whether it applies; nobody else does.

    `settings` are those of the run, the first of them the one that a case stands in which applies in none; `lacks`
    says why what needs a phase can't be judged on a platform; `options` are the user's, None asks for everything.
    `releases` are the settings of a release, none where none is judged.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        settings: Sequence[Setting],
        lacks: Callable[[str, Platform], str],
        options: Settings | None = None,
        releases: Sequence[ReleaseSetting] = (),
    ) -> None:
        self._catalogue = catalogue
        self._options = options
        self._settings = tuple(settings)
        self._lacks = lacks
        self._releases = tuple(releases)

    def concerns(self, row: Requirement) -> bool:
        """Whether a requirement is about what this run judges: a lifecycle, a release, a kind of place that was given.

        What is not is no part of the run: it is neither left out nor not applicable.
        """
        if row.subject == "release":
            return any(not setting.kinds.isdisjoint(row.places) for setting in self._releases)
        return bool(self._settings)

    def has_places_for(self, item: pytest.Item | pytest.Function) -> bool:
        """Whether each kind of place was given that a test of a release needs beyond what its requirement needs."""
        needed = (needs.places for needs in self.needs_of(item) if needs.places)
        return all(any(not setting.kinds.isdisjoint(places) for setting in self._releases) for places in needed)

    def check_only(self) -> None:
        """Raise pytest.UsageError where a requirement is asked for by name that is not about what this run judges."""
        for name in self._options.only if self._options else ():
            row = self._catalogue[name]
            if not self.concerns(row):
                release = f"a release given as {' or '.join(row.places)}: add it by --artifacts="
                wanted = release if row.places else "a lifecycle: name it by --lifecycle="
                raise pytest.UsageError(f"--only {name}: it is about {wanted}")

    def requested(self, item: pytest.Item) -> bool:
        """Whether the options of the run ask for a case."""
        row, options = self._catalogue[requirement_of(item) or ""], self._options
        if options is None:
            return True
        if "examples" in getattr(item, "fixturenames", ()) and not options.examples:
            return False
        return self.asks_for(row)

    def asks_for(self, row: Requirement) -> bool:
        """Whether the options of the run ask for a requirement."""
        options = self._options
        return options is None or (
            (not options.authorities or row.authority in options.authorities)
            and (not options.only or row.id in options.only)
        )

    def reason_not(self, needs: Needs, setting: Setting | ReleaseSetting) -> str:
        """Say why what has these needs does not apply in a setting; empty where it does."""
        if isinstance(setting, ReleaseSetting):
            return next(self._unmet_by_release(needs, setting), "")
        return next(self._unmet(needs, setting), "")

    def _unmet_by_release(self, needs: Needs, setting: ReleaseSetting) -> Iterator[str]:
        if needs.excluded is not None:
            yield needs.excluded
        if needs.places and setting.kinds.isdisjoint(needs.places):
            yield f"is about a release given as {', '.join(sorted(needs.places))}, and this one is not"

    def _unmet(self, needs: Needs, setting: Setting) -> Iterator[str]:
        if needs.excluded is not None:
            yield needs.excluded
        if needs.subject == "release":
            yield "no release was given"
        if needs.platform_source not in (None, setting.platform_source):
            yield (
                f"holds for the platform source {needs.platform_source}, "
                f"and this lifecycle's is {setting.platform_source}"
            )
        if needs.since is not None and setting.api < PlatformApi.parse(needs.since):
            yield f"holds from Platform API {needs.since}"
        if needs.until is not None and setting.api > PlatformApi.parse(needs.until):
            yield f"holds up to Platform API {needs.until}"
        if needs.platform and not setting.platform.accepts(Platform.parse(needs.platform)):
            yield f"is about {needs.platform}, and the lifecycle runs as {setting.platform}"
        if needs.storages and setting.storage not in needs.storages:
            yield f"holds for images in {', '.join(sorted(needs.storages))}, and these are in {setting.storage}"
        yield from _beyond_the_target(needs, setting)
        if lacking := needs.features - CAN[setting.storage]:
            yield f"takes a storage that can do {', '.join(sorted(lacking))}"
        yield from filter(None, (self._lacks(program, setting.platform) for program in sorted(needs.programs)))

    def reason_not_case(self, item: pytest.Item) -> str:
        """Say why a case does not apply, by its requirement, its test or a value of its parameters; else empty."""
        of_release = self._releases[:1] if RELEASE in getattr(item, "fixturenames", ()) else ()
        setting = setting_of(item) or next(iter(of_release), None)
        if setting is None:
            return ""
        return next(filter(None, (self.reason_not(needs, setting) for needs in self.needs_of(item))), "")

    def reason_nowhere(self, requirement: Requirement) -> str:
        """Say why a requirement applies in no setting of the run; empty where it does in one."""
        settings = self._releases[:1] if requirement.subject == "release" else self._settings
        reasons = [self.reason_not(requirement.needs, setting) for setting in settings]
        return "" if "" in reasons else "; ".join(dict.fromkeys(reasons))

    def settings(self, needs: Iterable[Needs]) -> tuple[Setting, ...]:
        """Give the settings in which a test with all these needs applies.

        Where there is none, the first setting is kept, so that the case is there to say why.
        """
        every = tuple(needs)
        fitting = [each for each in self._settings if not any(self.reason_not(needs, each) for needs in every)]
        return tuple(fitting) or self._settings[:1]

    def needs_of(self, item: pytest.Item | pytest.Function) -> Iterator[Needs]:
        """Give what a case needs: its requirement, its test, and each value of its parameters."""
        row = self._catalogue.get(requirement_of(item) or "")
        if row is not None:
            yield row.needs
        marker = item.get_closest_marker("requirement")
        found = [marker.kwargs.get("needs")] if marker else []
        callspec = getattr(item, "callspec", None)
        found += [getattr(value, "needs", None) for value in callspec.params.values()] if callspec else []
        yield from (needs for needs in found if isinstance(needs, Needs))


def _beyond_the_target(needs: Needs, setting: Setting) -> Iterator[str]:
    """Say what a target can't be asked for that is no whole lifecycle."""
    if setting.phases and (others := needs.phases - setting.phases):
        alone = " and ".join(sorted(setting.phases))
        yield f"is about the {' and '.join(sorted(others))}, and this target does the job of the {alone} alone"
    if lacking := needs.capabilities - setting.capabilities:
        yield f"takes a target that can do {', '.join(sorted(lacking))}"
