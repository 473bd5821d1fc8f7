"""Lifecycle images of any user, run by root: judged as what they are, and kept from this machine's files."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.runs.hostile.images import image_of_reference
from tests.support.engine import HERE
from tests.support.lifecycle_images import needs_engine
from tests.support.runs import EMBEDDED, Run, run_suite

pytestmark = [
    needs_engine,
    pytest.mark.skipif(os.getuid() != 0, reason="phases run as who runs the suite, unless root"),
]

SOME = ("--only", "analyzer-previous-missing,exporter-every-tag,phase-any-history")


@pytest.fixture(scope="module")
def engine() -> Iterator[Any]:
    """Give the Docker engine."""
    import docker  # noqa: PLC0415 - importing it takes a while

    client = docker.from_env()
    yield client
    client.close()


def judge(reference: str, directory: Path, *arguments: str) -> Run:
    """Run the suite on an image of the engine."""
    return run_suite(directory / "run", *EMBEDDED, *arguments, "--lifecycle", f"image:{reference}", environment=HERE)


@pytest.mark.parametrize("user", ["1000:1000", "0:0"])
def test_image_conforms_whoever_its_user_is(user: str, engine: Any, tmp_path: Path) -> None:
    with image_of_reference(engine, user) as reference:
        run = judge(reference, tmp_path, "--only", "analyzer-previous-missing,exporter-report-digest")

    odd = {case.id: case.message for case in run.cases if case.verdict not in ("pass", "not-applicable")}
    assert odd == {}
    assert run.verdict == "conformant"
    assert not any("outlived" in note for note in run.results["environment"]["notes"])


LINKS = """\
for name in ("layers/x", "layers/group.toml", "layers/config/metadata.toml", "app/main.txt", "layers/report.toml"):
    if os.path.lexists(name):
        os.unlink(name)
    os.symlink("{victim}/secret", name)
if not os.path.lexists("layers/conformance_app/inner"):
    os.symlink("{victim}", "layers/conformance_app/inner")
if sys.argv[0].endswith("exporter"):
    os.unlink("layers/analyzed.toml")
    os.symlink("{victim}/made", "layers/analyzed.toml")
"""

REPLACED = """\
here = os.getcwd()
os.chdir("/")
os.rename(here, here + "-was")
os.symlink("{victim}", here)
"""

LINKED_DIRECTORIES = """\
for name in ("app", "layers/config", "layers/conformance_app"):
    os.rename(name, name + "-was")
    os.symlink("{victim}", name)
"""

STRAYS = """\
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        import time
        time.sleep(600)
    os._exit(0)
"""


@pytest.fixture
def victim(tmp_path: Path) -> Iterator[Path]:
    """Give a directory of root's, and see at the end that nothing of it was touched."""
    path = tmp_path / "victim"
    path.mkdir(mode=0o700)
    (path / "secret").write_text("a secret\n")
    (path / "secret").chmod(0o600)
    before = _state(path)
    yield path
    assert _state(path) == before


def _state(path: Path) -> Mapping[str, tuple[str, int, str]]:
    found = (path, *sorted(path.rglob("*")))
    return {
        str(each): (stat.filemode(each.stat().st_mode), each.stat().st_uid, each.read_text() if each.is_file() else "")
        for each in found
    }


ATTACKS = {
    "files-of-a-user": ("1000:1000", LINKS),
    "files-of-root": ("0:0", LINKS),
    "directories": ("0:0", LINKED_DIRECTORIES),
    "the-workspace": ("0:0", REPLACED),
}


@pytest.mark.parametrize(("user", "after"), ATTACKS.values(), ids=list(ATTACKS))
def test_links_that_a_container_leaves_lead_nowhere(
    user: str, after: str, engine: Any, victim: Path, tmp_path: Path
) -> None:
    attack = after.format(victim=victim)
    with image_of_reference(engine, user, attack) as reference:
        run = judge(reference, tmp_path, "--only", "exporter-report-digest")

    assert {case.verdict for case in run.cases} & {"harness-error", "not-run"} == set(), run.output[-3000:]


def test_what_outlives_a_phase_in_a_container_is_ended_and_noted(engine: Any, tmp_path: Path) -> None:
    with image_of_reference(engine, "1000:1000", STRAYS) as reference:
        run = judge(reference, tmp_path, "--only", "analyzer-previous-missing")

    assert run.verdict == "conformant", run.output[-3000:]
    assert any("processes outlived the analyzer" in note for note in run.results["environment"]["notes"])
