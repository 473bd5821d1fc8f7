"""Looking closer at one case: the line that runs it again, pasted elsewhere, and pytest's debugger in it."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import pytest

from conformance.again import absolute
from tests.support.runs import EMBEDDED, ROOT, SUCCEEDS, lifecycle_of_scripts, run_suite, wrapped_reference

ONLY = ("--only=analyzer-previous-missing", "--examples=0")


def test_line_that_runs_a_case_again_works_where_it_is_pasted(tmp_path: Path) -> None:
    lifecycle = lifecycle_of_scripts(tmp_path / "a lifecycle", SUCCEEDS)
    rules = tmp_path / "rules.toml"
    rules.write_text('[[requirement]]\nid = "analyzer-previous-missing"\nlevel = "SHOULD"\n')
    given = (f"--lifecycle=dir:{os.path.relpath(lifecycle)}", f"--requirements={rules}")

    run = run_suite(tmp_path / "run", *EMBEDDED, *ONLY, *given)

    assert run.results["options"]["requirements"] == str(rules)
    assert run.results["options"]["registry"] == "embedded"
    assert "seed" not in run.results["options"]
    assert run.results["seconds"] > 0
    (line, *_) = [case["reproduce"] for case in run.results["cases"] if case["verdict"] == "warn"]
    (tmp_path / "elsewhere").mkdir()
    variables = {"PATH": "/usr/bin:/bin", "DOCKER_HOST": "unix:///no/such/docker.sock"}
    again = subprocess.run(  # noqa: S602
        line,
        shell=True,
        cwd=tmp_path / "elsewhere",
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 warned" in again.stdout, again.stdout + again.stderr
    assert "judged: a lifecycle (dir:/" in again.stdout
    assert "--registry=embedded" in line
    assert f"--requirements={rules}" in line


def test_debugger_stops_in_the_first_case_that_fails_with_registry_and_workspace_at_hand(tmp_path: Path) -> None:
    lifecycle = lifecycle_of_scripts(tmp_path / "lifecycle", SUCCEEDS)
    command = [sys.executable, "-m", "pytest", "suites", *EMBEDDED, *ONLY, f"--lifecycle={lifecycle}", "-x", "--pdb"]

    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        # How far up the test is depends on what it expected.
        input="up\np lifecycle.runs[-1].directory.is_dir(), storage.placed[0].digest\n" * 10 + "q\n",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert "(True, 'sha256:" in done.stdout, done.stdout[-3000:]
    assert not list(tmp_path.glob("lac-*"))


def on_a_terminal(command: list[str], until: bytes, keys: bytes, environment: dict[str, str]) -> tuple[str, str, int]:
    """Run a command on a pseudo terminal, and type keys once it has printed a text.

    Give what it printed up to then, what it printed after that, and its status.
    """
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True
    )
    os.close(terminal)
    before, after = b"", b""
    try:
        while until not in before:
            chunk = _read(controller)
            assert chunk, f"it ended without {until!r}: {before.decode(errors='replace')}"
            before += chunk
        os.write(controller, keys)
        while chunk := _read(controller):
            after += chunk
        return before.decode(errors="replace"), after.decode(errors="replace"), process.wait(60)
    finally:
        process.kill()
        process.wait()
        os.close(controller)


def _read(terminal: int) -> bytes:
    """Read what is there; nothing where all have closed the other side (Linux). Fails where nothing comes."""
    assert select.select([terminal], [], [], 120)[0], "nothing is printed any more"
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


@pytest.mark.skipif(sys.platform != "linux", reason="what a terminal answers whose other side is closed differs")
def test_command_stops_in_the_debugger_on_a_terminal_where_a_case_fails_and_nowhere_else(tmp_path: Path) -> None:
    lifecycle = wrapped_reference(tmp_path / "lifecycle", {"rebaser": 'case "$*" in *-force*) exit 70;; esac'})
    some = "--only=source-flag-required,rebaser-force-derived"
    command = [sys.executable, "-m", "conformance", "run", str(lifecycle), *EMBEDDED, some, "-x", "--pdb"]
    own = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "TMPDIR": str(tmp_path),
        "TERM": "xterm",
        "COLUMNS": "100",
    }

    before, after, status = on_a_terminal(command, b"(Pdb)", b"q\r", {**own, "CONFORMANCE_REPORT_DIR": str(tmp_path)})

    assert "exited with status 70" in before, before
    assert "holds for the platform source flag" not in before
    assert after.count("(Pdb)") == 0
    assert "verdict: " in after
    assert status == 2
    assert not list(tmp_path.glob("lac-*"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("reference", "reference"),
        ("image:example.org/x:1", "image:example.org/x:1"),
        ("here", "{0}/here"),
        ("dir:here", "dir:{0}/here"),
        ("archive:here/a.tgz,here/b.tgz", "archive:{0}/here/a.tgz,{0}/here/b.tgz"),
        ("release:here,image:x", "release:{0}/here,image:x"),
    ],
)
def test_paths_are_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, expected: str) -> None:
    (tmp_path / "here").mkdir()
    for name in ("a.tgz", "b.tgz"):
        (tmp_path / "here" / name).touch()
    monkeypatch.chdir(tmp_path)

    assert absolute(text) == expected.format(tmp_path)
