"""What the results of a run are about: the suite, the rules, the lifecycle, the machine; each identified by digests."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from conformance.commit import commit_of
from conformance.options import Settings
from conformance.plan import Plan
from conformance.selection import Selection
from fixtures.artifacts.places import Kind, archives_in
from fixtures.artifacts.release import ReleaseSpec
from fixtures.docker.engine import Engine, EngineError
from fixtures.execution.container import ContainerSpec
from fixtures.lifecycle.capabilities import CAPABILITIES
from fixtures.oci.platforms import host_platform
from fixtures.paths import ROOT
from reports.about import CatalogueInfo, EnvironmentInfo, LifecycleInfo, ReleaseInfo, Rules, SuiteInfo
from reports.case import RequirementSummary
from reports.text import well_formed
from suites.requirements.catalogue import Catalogue


def generated_at() -> str:
    """Give the time of now, or SOURCE_DATE_EPOCH where that is seconds, as results.json has it."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    fixed = given.isdecimal() and len(given) < 12
    moment = datetime.fromtimestamp(int(given), UTC) if fixed else datetime.now(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def suite() -> SuiteInfo:
    """Give the version of the suite, and the commit that it is of, where that is known."""
    try:
        number = version("lifecycle-conformance")
    except PackageNotFoundError:
        number = "0.1.0"
    return SuiteInfo(version=number, commit=commit_of(ROOT))


def catalogue(rows: Catalogue) -> CatalogueInfo:
    """Give the digest of all requirements, with what overrides made of them."""
    return CatalogueInfo(digest=_digest(msgspec.json.encode(list(rows.values()))))


def rules(rows: Catalogue, settings: Settings) -> Rules | None:
    """Give the rules of a user's own; None where there are none."""
    file = settings.requirements
    return Rules(well_formed(str(file)), rows.added, rows.changed) if file else None


def requirements(rows: Catalogue, selection: Selection) -> Iterable[RequirementSummary]:
    """Give every requirement as reports show it, of those that are about what is judged."""
    for row in filter(selection.concerns, rows.values()):
        yield RequirementSummary(
            id=row.id,
            phase=row.phase,
            authority=row.authority,
            level=row.level,
            statement=well_formed(row.statement),
            source=well_formed("; ".join((row.cited, *row.issues))),
            applies_not=selection.reason_nowhere(row),
            subject="release" if row.places else "lifecycle",
        )


def release(plan: Plan) -> ReleaseInfo | None:
    """Give what is known of the release under test; None where none is judged."""
    if plan.release is None:
        return None
    return ReleaseInfo(
        target=well_formed(plan.release.text),
        places=tuple(well_formed(f"{place.kind}:{place.where}") for place in plan.release.places),
        names=plan.release.naming.name,
        platforms=tuple(map(str, plan.release.promised)),
        digest={**digests({path.name: path for path in _archives(plan.release)}), **plan.release.digests},
        not_started=dict(plan.release.not_started),
        bundled=plan.release.is_reference,
    )


def _archives(spec: ReleaseSpec) -> list[Path]:
    """Give the archives of a release; what can't be looked at has none, and the run says so in its own way."""
    found: list[Path] = []
    for place in spec.of_kind(Kind.ARCHIVES):
        with suppress(OSError):
            found += archives_in(place.path)
    return found


def not_started(spec: ReleaseSpec) -> Iterator[str]:
    """Tell of the platforms of a release whose programs can't be started here."""
    reasons: dict[str, list[str]] = {}
    for platform, why in spec.not_started.items():
        reasons.setdefault(why, []).append(platform)
    for why, platforms in reasons.items():
        yield f"{', '.join(platforms)}: programs of the release for these are looked at but not started, as {why}"


def lifecycle(plan: Plan, digest: dict[str, str]) -> LifecycleInfo | None:
    """Give what is known of the lifecycle under test; None where none is judged."""
    target = plan.target
    if target is None:
        return None
    return LifecycleInfo(
        target=well_formed(target.text),
        name=well_formed(target.name),
        version=well_formed(plan.version),
        platform_apis=tuple(map(str, plan.platform_apis)),
        platforms=tuple(map(str, plan.usual_platforms)),
        platform_source=target.platform_source,
        phases=target.phases,
        lacks=tuple(name for name in CAPABILITIES if name not in target.capabilities),
        bundled=target.is_reference,
        digest=digest,
    )


def lifecycle_digest(plan: Plan) -> dict[str, str]:
    """Give the digest of each program that is judged, by platform and phase, or of each image, by platform.

    What can't be read has none: the run says so in its own way.
    """
    images = {each.platform: each.executor for each in plan.installations if isinstance(each.executor, ContainerSpec)}
    found = {str(platform): _image_id(executor.image) for platform, executor in images.items()}
    programs = {
        f"{each.platform}/{phase}": _program_of(command)
        for each in plan.installations
        if each.platform not in images
        for phase, command in each.programs.items()
    }
    return {**digests(programs), **{platform: digest for platform, digest in found.items() if digest}}


def _program_of(command: Sequence[str]) -> Path:
    """Give the program among the words of a command line: the last that is a file, behind interpreters and loaders."""
    files = (Path(word) for word in reversed(command) if word.startswith("/"))
    return next((path for path in files if path.is_file()), Path(command[-1]))


def digests(programs: Mapping[str, Path]) -> dict[str, str]:
    """Give the digest of each of these files that can be read; one that several names lead to is read once."""
    files = {name: path.resolve() for name, path in programs.items()}
    known: dict[Path, str] = {}
    for file in set(files.values()):
        with suppress(OSError):
            known[file] = _digest(file.read_bytes())
    return {name: known[file] for name, file in files.items() if file in known}


def _image_id(name: str) -> str:
    try:
        return str(Engine.from_environment().image(name)["Id"])
    except (EngineError, KeyError):
        return ""


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def environment(plan: Plan, notes: Iterable[str]) -> EnvironmentInfo:
    """Give what the lifecycle ran on."""
    return EnvironmentInfo(
        host=str(host_platform()),
        registry=plan.store_description,
        abilities={name: well_formed(reason) for name, reason in plan.store_abilities.items()},
        architectures={
            str(each.platform).removeprefix("linux/"): each.executor.description for each in plan.installations
        },
        left_out={name.removeprefix("linux/"): well_formed(why) for name, why in plan.skipped_platforms.items()},
        notes=tuple(map(well_formed, [*plan.notes, *notes])),
    )
