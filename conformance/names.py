"""What cases are called, whatever they run as: `REQUIREMENT/test[parameters]`, and what they were called before.

Neither the platform that a lifecycle runs as, nor its Platform API, nor the storage is part of a name: they are the
setting. So the same case of two releases, at two Platform APIs, on two architectures has the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import cast

import pytest

from conformance.selection import requirement_of, setting_of
from conformance.setting import Setting
from fixtures.oci.platforms import LINUX, Platform
from suites.generated.examples import SHARES, Share

_OF_TAGS = (
    "test_every_tag_gets_the_same_image",
    "test_every_tag_is_written_where_the_app_is_on_that_run_image_already",
    "test_no_tag_changes_where_the_rebase_is_refused",
)

_OF_VARIANTS = ("test_variant_for_the_app", "test_variant_for_the_build_platform")

PLACES: Mapping[str, str] = {
    "suites/histories": "suites/generated",
    "suites/index/test_choice.py::test_variant": "suites/index/test_variants.py::test_variant_for_the_build_platform",
    **{f"suites/index/test_choice.py::{test}": f"suites/index/test_variants.py::{test}" for test in _OF_VARIANTS},
    "suites/phase": "suites/every_phase",
    "suites/properties": "suites/generated",
    "suites/source": "suites/platform_source",
    **{f"suites/rebaser/test_result.py::{test}": f"suites/rebaser/test_tags.py::{test}" for test in _OF_TAGS},
}
"""Folders, modules and tests that were moved, and where they are now: what stands on a command line."""

NAMES: Mapping[str, str] = {}
"""Names of tests, `REQUIREMENT/test`, that were changed, and what they are now: what stands in files of users."""


def foreign_to(platform: Platform) -> tuple[Platform, ...]:
    """Give the platforms whose images are foreign where this one is wanted: other architectures, and another os."""
    return (*foreign_architectures(platform), Platform("windows", platform.architecture))


def foreign_architectures(platform: Platform) -> tuple[Platform, ...]:
    """Give the platforms of the same os and another architecture."""
    return tuple(other for other in LINUX if not other.same_architecture(platform))


RELATIVE: Mapping[str, Callable[[Platform], tuple[Platform, ...]]] = {
    "foreign": foreign_to,
    "foreign_architecture": foreign_architectures,
}
"""Parameters whose values follow from the platform that a lifecycle runs as: names count them instead."""

RUNNABLE = "runnable"
"""The parameter whose values are the platforms whose programs run on this machine."""


def id_in(setting: Setting, platform: Platform | None = None) -> str:
    """Give what stands first in the id of a case: the setting, with the platform that its test asks for."""
    return f"{platform.slug}-{setting}" if platform else str(setting)


def name_of(item: pytest.Item) -> str:
    """Give the stable name of a case."""
    test = f"{requirement_of(item)}/{cast('pytest.Function', item).originalname}"
    parameters = "-".join(filter(None, _parameters(item)))
    return f"{test}[{parameters}]" if parameters else test


def _parameters(item: pytest.Item) -> Iterator[str]:
    callspec, setting = getattr(item, "callspec", None), setting_of(item)
    if callspec is None:
        return
    asked = next((name for name in (*RELATIVE, RUNNABLE) if name in callspec.params), "")
    platform = callspec.params.get(asked)
    if setting and asked in RELATIVE:
        yield _counted(platform, setting.platform, RELATIVE[asked](setting.platform))
    elif platform:
        yield platform.slug
    yield callspec.id.removeprefix(id_in(setting, platform)).removeprefix("-") if setting else callspec.id


def _counted(platform: Platform, own: Platform, others: tuple[Platform, ...]) -> str:
    return "foreign-os" if platform.os != own.os else f"foreign-{others.index(platform) + 1}"


def in_any_share(names: Iterable[str]) -> Iterator[str]:
    """Give names, and those of the other shares that a run of more or fewer examples has."""
    for name in names:
        yield name
        first, rest = str(Share(1)), range(2, SHARES + 1)
        before, bracket, after = name.partition(f"[{first}")
        if bracket and after[0] in "]-":
            yield from (f"{before}[{Share(number)}{after}" for number in rest)


def shared(items: Iterable[pytest.Item]) -> Iterator[str]:
    """Tell of cases of one setting that go by the same name."""
    seen: dict[tuple[str, Setting | None], str] = {}
    for item in items:
        key = (name_of(item), setting_of(item))
        first = seen.setdefault(key, item.nodeid)
        if first != item.nodeid:
            yield f"{item.nodeid}: goes by the name of {first}, {key[0]}; give its test another"


def renamed(old: str, now: Mapping[str, str]) -> str:
    """Give what an old name, or one that begins with an old one, is today; empty for a name that is not old."""
    for before, after in now.items():
        rest = old.removeprefix(before)
        if old.startswith(before) and rest[:1] in ("", "/", ":", "["):
            return after + rest
    return ""


def refuse_old(places: Iterable[str], root: Path) -> None:
    """Raise pytest.UsageError for a place on the command line that is now another."""
    for place in places:
        path, colons, test = place.partition("::")
        absolute = Path(path).absolute()
        if absolute.is_relative_to(root):
            given = f"{absolute.relative_to(root).as_posix()}{colons}{test}"
            if now := renamed(given, PLACES):
                raise pytest.UsageError(f"{place}: is now {now}")
