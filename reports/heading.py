"""What is said before the first case: what is judged, how it is run, by how many requirements, and what narrows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reports.about import EnvironmentInfo, LifecycleInfo, ReleaseInfo, Scope
from reports.failure import short_digest
from reports.text import clip, counted, one_line


def lines(
    lifecycle: LifecycleInfo | None,
    release: ReleaseInfo | None,
    environment: EnvironmentInfo,
    requirements: int,
    scope: Scope,
) -> Iterator[str]:
    """Give it, line by line; of the scope, what is to narrow the run."""
    if lifecycle:
        name = "the bundled reference lifecycle" if lifecycle.bundled else f"{lifecycle.name} {lifecycle.version}"
        digest = next((f", {place} {short_digest(each)}" for place, each in lifecycle.digest.items()), "")
        apis = ", ".join(lifecycle.platform_apis)
        yield _line(f"judging: {name} ({lifecycle.target}{digest}), Platform API {apis}")
        ran = ", ".join(f"{name} ({way})" for name, way in environment.architectures.items())
        yield _line(f"run as: {ran}; images in: {environment.registry}")
    if environment.abilities:
        yield _line(f"registry can: {able(environment.abilities)}")
    if release:
        name = "the bundled release" if release.bundled else f"the release {release.target}"
        yield _line(f"judging: {name}, promised for {', '.join(release.platforms)}")
    narrowed = f", in part: {' '.join(scope.by)}" if scope.by else ""
    yield _line(f"by: {counted(requirements, 'requirement', 'requirements') or 'no requirement'}{narrowed}")


def able(abilities: Mapping[str, str]) -> str:
    """Say what a registry can do, and what it can't: abilities by name, with the reason where one is not there."""
    can = ", ".join(name for name, reason in abilities.items() if not reason) or "nothing"
    lacking = ", ".join(name for name, reason in abilities.items() if reason)
    return f"{can}; can't: {lacking}" if lacking else can


def _line(text: str) -> str:
    return clip(one_line(text), 240)
