"""What this machine can judge, and what of it a target needs: the facts of `doctor`."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from conformance import about, disk
from conformance.plan import Plan
from fixtures.docker.engine import Engine, EngineError
from fixtures.execution.emulation import find_executor
from fixtures.observers import read_back
from fixtures.oci.platforms import LINUX
from fixtures.paths import ADD_EMULATORS
from fixtures.registry.stores.base import RegistryUnavailable
from fixtures.registry.stores.choose import AUTO, choose
from fixtures.registry.stores.container import ContainerStore
from fixtures.registry.stores.embedded import EmbeddedStore
from fixtures.registry.trial import examine
from reports.heading import able
from reports.text import one_line

INSTALL = "apt install"


@dataclass(frozen=True)
class Fact:
    """One thing that was looked for: what was found of it, what it is for, and how to get it where it is missing.

    `stops`: without it nothing can be judged. What is found takes no `use` and no `get`.
    """

    name: str
    text: str
    found: bool = True
    use: str = ""
    get: str = ""
    stops: bool = False


def of_machine(scratch: Path, registry: str) -> Iterator[Fact]:
    """Give what this machine has, using a directory for programs that are tried; nothing is changed.

    `registry` is what --registry says; one that is named, or costs next to nothing to start, is asked what it can do.
    """
    suite = about.suite()
    python = ".".join(map(str, sys.version_info[:3]))
    yield Fact("suite", f"{suite.version}{f' at {suite.commit}' if suite.commit else ''}, on Python {python}")
    short = disk.shortage(scratch, disk.AT_FIRST)
    yield Fact("room", short or f"{scratch.parent} has enough", not short, use="a run works there", stops=True)
    yield from _registry(registry)
    readers = [reader.name for reader in read_back.here()]
    yield Fact(
        "readers",
        " and ".join(readers) or "neither skopeo nor a Docker engine",
        bool(readers),
        use="phase-output-readable is not judged",
        get=f"{INSTALL} skopeo",
    )
    for platform in LINUX:
        host = find_executor(platform, scratch)
        yield Fact(
            str(platform).removeprefix("linux/"),
            host.description if host else "nothing here runs its programs",
            host is not None,
            use="a lifecycle for it, and apps on it, are not run",
            get=ADD_EMULATORS,
        )


def _registry(kind: str) -> Iterator[Fact]:
    """Tell of the registry that was named, or of what a run has to choose from, which come to the same verdicts."""
    if kind in (AUTO, ContainerStore.kind):
        yield Fact("registry", _choice())
        abilities = EmbeddedStore.abilities if kind == AUTO else ()
    else:
        try:
            with choose(kind) as store:
                yield Fact("registry", store.description)
                abilities = store.abilities or examine(store.address).abilities
        except RegistryUnavailable as error:
            yield Fact("registry", str(error), found=False, use="it can't be judged on", stops=True)
            return
    if abilities:
        can = {each.name: each.reason for each in abilities}
        lacking = "; ".join(f"it {reason}" for reason in can.values() if reason)
        yield Fact("it can" if kind != AUTO else "embedded", able(can), not lacking, use=lacking)


def _choice() -> str:
    """Tell what a run has to choose from; none of it is started."""
    found = []
    with suppress(EngineError):
        found.append(f"a container, where Docker engine {Engine.from_environment().version()} can have its image")
    program = shutil.which("docker-registry") or shutil.which("registry")
    found += [f"distribution as a process ({program})"] if program else []
    return "; else ".join([*found, "embedded"])


def of_plan(plan: Plan) -> Iterator[Fact]:
    """Give what is judged: the target, how it is run, what the defaults leave out."""
    if plan.target:
        digests = sorted(set(about.lifecycle_digest(plan).values()))
        digested = f", {digests[0][:19]}…" if len(digests) == 1 else f", {len(digests)} programs" if digests else ""
        apis = ", ".join(map(str, plan.platform_apis))
        named = " ".join(filter(None, (plan.target.name, plan.version)))
        yield Fact("lifecycle", f"{named} ({plan.target.text}{digested}), Platform API {apis}")
        ran = [
            f"{str(each.platform).removeprefix('linux/')} ({each.executor.description})" for each in plan.installations
        ]
        yield Fact("run as", ", ".join(ran))
    if plan.release:
        yield Fact("release", f"{plan.release.text}, promised for {', '.join(map(str, plan.release.promised))}")
    for name, why in plan.skipped_platforms.items():
        yield Fact(name.removeprefix("linux/"), why, found=False, use="it is not judged as that")


def lines(facts: Iterable[Fact]) -> Iterator[str]:
    """Give a line for each fact: a sign, its name, what was found; of what is missing what for, and how to get it."""
    for fact in facts:
        missing = "" if fact.found else f"; {fact.use}" if fact.use else ""
        how = f" ({fact.get})" if fact.get and not fact.found else ""
        yield f"{'✓' if fact.found else '✗'} {fact.name.ljust(11)} {one_line(fact.text + missing + how)}"
