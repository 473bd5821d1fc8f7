"""Releases with a fault in their tags, as steps of pushing and tagging again leave it that are left out or repeated."""

from __future__ import annotations

from collections.abc import Callable

from fixtures.oci.samples import with_label
from tests.support.published import Tags, with_images
from tests.truth.mutants.artifacts.mutant import ReleaseMutant
from tests.truth.mutants.artifacts.published_images import PLACE, published

ARM = "linux-arm64"
AMD = "linux-x86-64"


def _moved(*pairs: tuple[str, str]) -> Callable[[Tags], Tags]:
    """Have tags lead to what others lead to."""
    return lambda tags: {**tags, **{name: tags[other] for name, other in pairs}}


def _gone(*names: str) -> Callable[[Tags], Tags]:
    return lambda tags: {name: artifact for name, artifact in tags.items() if name not in names}


def _latest(version: str, *, whole: bool = True) -> Callable[[Tags], Tags]:
    """Have `latest` be a version, and, where it is whole, each platform's too."""

    def change(tags: Tags) -> Tags:
        own = {name for name in tags if name.startswith(version) and (name == version or name[len(version)] == "-")}
        chosen = own if whole else {version}
        return {**tags, **{name.replace(version, "latest"): tags[name] for name in chosen}}

    return change


def _built_again(start: str) -> Callable[[Tags], Tags]:
    """Have everything whose tag begins so built anew: the same, but for a label."""

    def change(tags: Tags) -> Tags:
        again = with_images(tags, lambda image: with_label(image, "built", "again"))
        return {name: again[name] if name.startswith(start) else artifact for name, artifact in tags.items()}

    return change


def _single(name: str) -> Callable[[Tags], Tags]:
    return _moved((name, f"{name}-{AMD}"))


def _no_latest(tags: Tags) -> Tags:
    return {name: artifact for name, artifact in tags.items() if not name.startswith("latest")}


def _mutant(name: str, killed_by: str, change: Callable[[Tags], Tags]) -> ReleaseMutant:
    return ReleaseMutant(name, killed_by, published(change), PLACE)


MUTANTS = (
    _mutant("tag-latest-is-one-image", "tag-list", _single("latest")),
    _mutant("tag-version-is-one-image", "tag-list", _single("1.2.3")),
    _mutant("tag-commit-is-one-image", "tag-list", _single("0123abc")),
    _mutant("tag-version-missing", "tag-list", _gone("1.2.3")),
    _mutant("tag-latest-missing", "tag-list", _gone("latest")),
    _mutant("tags-latest-missing", "tag-list", _no_latest),
    _mutant("tag-of-the-other-platform", "tag-arch", _moved((f"1.2.3-{ARM}", f"1.2.3-{AMD}"))),
    _mutant("tag-of-a-platform-missing", "tag-arch", _gone(f"latest-{ARM}")),
    _mutant("tag-of-a-commit-missing", "tag-arch", _gone(f"0123abc-{ARM}")),
    _mutant("tag-of-another-version", "tag-arch", _moved((f"1.2.3-{ARM}", f"1.2.2-{ARM}"))),
    _mutant("version-built-again", "tag-retag", _built_again("1.2.3")),
    _mutant("commit-built-again", "tag-retag", _built_again("0123abc")),
    _mutant("platforms-built-again", "tag-retag", _built_again("1.2.3-linux")),
    _mutant("latest-built-again", "tag-latest", _built_again("latest")),
    _mutant("latest-moved-without-platforms", "tag-latest", _latest("1.2.2", whole=False)),
    _mutant("latest-of-a-backport", "tag-latest-newest", _latest("1.2.2")),
    _mutant("latest-of-a-candidate", "tag-latest-newest", _latest("1.3.0-rc.1")),
)
