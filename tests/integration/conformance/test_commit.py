"""The commit that the suite is of, in a checkout and in what was built of one."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from conformance.commit import FILE, commit_of

COMMIT = "0123456789abcdef0123456789abcdef01234567"
NOBODY = {f"GIT_{who}_{what}": "x" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(directory: Path, *words: str) -> str:
    program = shutil.which("git")
    assert program
    done = subprocess.run([program, *words], cwd=directory, env=NOBODY, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with a commit."""
    (tmp_path / "suites").mkdir()
    (tmp_path / "suites" / "a.py").write_text("a\n")
    (tmp_path / "notes").write_text("n\n")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message=x")
    return tmp_path


@needs_git
def test_commit_is_that_of_the_checkout(checkout: Path) -> None:
    assert commit_of(checkout) == git(checkout, "rev-parse", "HEAD")


@needs_git
@pytest.mark.parametrize("name", ["suites/a.py", "suites/new.py"])
def test_suite_that_differs_from_it_is_dirty(checkout: Path, name: str) -> None:
    (checkout / name).write_text("b\n")

    assert commit_of(checkout) == f"{git(checkout, 'rev-parse', 'HEAD')}-dirty"


@needs_git
def test_what_is_no_part_of_the_suite_makes_nothing_dirty(checkout: Path) -> None:
    for name in ("notes", "others"):
        (checkout / name).write_text("b\n")

    assert commit_of(checkout) == git(checkout, "rev-parse", "HEAD")


def test_repository_that_is_none_is_of_no_commit(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: /nowhere\n")
    (tmp_path / FILE).write_text(COMMIT)

    assert commit_of(tmp_path) == ""


@pytest.mark.parametrize("noted", [COMMIT, f"{COMMIT}-dirty"])
def test_what_was_built_of_a_checkout_has_it_noted(tmp_path: Path, noted: str) -> None:
    (tmp_path / FILE).write_text(f"{noted}\n")

    assert commit_of(tmp_path) == noted


@pytest.mark.parametrize("noted", ["", "main", COMMIT[1:], f"{COMMIT}-clean"])
def test_note_that_is_none_is_no_commit(tmp_path: Path, noted: str) -> None:
    (tmp_path / FILE).write_text(noted)

    assert commit_of(tmp_path) == ""


def test_without_either_none_is_known(tmp_path: Path) -> None:
    assert commit_of(tmp_path) == ""
