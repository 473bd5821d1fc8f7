"""A minimal detector: the first group of the order whose buildpacks all pass is the group.

It is here for platforms that learn the build platform from an earlier phase (option A of buildpacks/lifecycle issue
435), and for buildpacks that take part without a build plan: `provides` and `requires` are not resolved.
Source: platform.md, "detector"; buildpack.md, "Phase #1: Detection".
"""

from __future__ import annotations

import os
import subprocess
import tempfile

from . import build_platform, console, files
from .errors import InvalidInputError, LifecycleError, NotDetectedError
from .files import Buildpack, Table
from .inputs import Inputs

FAILED = 100
"""The exit status by which a buildpack says that it has nothing to do here."""


def run(inputs: Inputs) -> None:
    """Detect, and write group.toml, plan.toml and, where it is asked for, the build platform. Raises LifecycleError."""
    if inputs.images:
        raise InvalidInputError(f"the detector takes no arguments, but was given {' '.join(inputs.images)}")
    build_platform.runtime()
    order = files.tables(files.read_toml(_order(inputs)), "order", "order.toml")
    for group in order:
        detected = _detect(files.tables(group, "group", "order.toml"), inputs)
        if detected:
            files.write_toml(inputs.value("plan"), {"entries": []})
            files.write_toml(inputs.value("group"), {"group": [_entry(buildpack) for buildpack in detected]})
            build_platform.record(inputs)
            console.info(f"group: {', '.join(buildpack.id for buildpack in detected)}")
            return
    raise NotDetectedError("no group of the order passed detection")


def _order(inputs: Inputs) -> str:
    beside = os.path.join(inputs.value("layers"), "order.toml")
    return beside if inputs.value("order") == "/cnb/order.toml" and os.path.isfile(beside) else inputs.value("order")


def _detect(group: list[Table], inputs: Inputs) -> list[Buildpack]:
    """Give the buildpacks of a group that pass; none where one that is not optional fails."""
    passed = []
    for entry, buildpack in zip(group, files.buildpacks({"group": group}, "group", "order.toml"), strict=True):
        directory = os.path.join(inputs.value("buildpacks"), buildpack.directory, buildpack.version)
        described = files.read_toml(os.path.join(directory, "buildpack.toml"))
        if _passes(buildpack, directory, inputs):
            passed.append(_described(buildpack, described))
        elif not files.switch(entry, "optional", "order.toml"):
            return []
    return passed


def _described(buildpack: Buildpack, document: Table) -> Buildpack:
    homepage = files.text(files.table(document, "buildpack", "buildpack.toml"), "homepage", "buildpack.toml")
    api = files.text(document, "api", "buildpack.toml")
    return Buildpack(buildpack.id, buildpack.version, api, homepage)


def _passes(buildpack: Buildpack, directory: str, inputs: Inputs) -> bool:
    with tempfile.NamedTemporaryFile(suffix=".toml") as plan:
        given = {
            "CNB_BUILDPACK_DIR": os.path.abspath(directory),
            "CNB_PLATFORM_DIR": inputs.value("platform"),
            "CNB_BUILD_PLAN_PATH": plan.name,
        }
        program = os.path.join(os.path.abspath(directory), "bin", "detect")
        command = [program, inputs.value("platform"), plan.name]
        done = subprocess.run(command, cwd=inputs.value("app"), env={**inputs.environ, **given}, check=False)
    if done.returncode not in (0, FAILED):
        raise LifecycleError(f"buildpack {buildpack.id} failed to detect: exit status {done.returncode}")
    return done.returncode == 0


def _entry(buildpack: Buildpack) -> Table:
    stated = {"id": buildpack.id, "version": buildpack.version, "api": buildpack.api, "homepage": buildpack.homepage}
    return {key: value for key, value in stated.items() if value}
