"""Wrong usage of the suite: said before the first case, with what is wrong, and nothing else is judged instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from conformance import options
from conformance.options import OPTIONS, Option
from fixtures.errors import TargetError
from fixtures.lifecycle.targets import open_target
from fixtures.paths import REFERENCE
from tests.support.runs import EMBEDDED, ROOT, SUCCEEDS, lifecycle_of_scripts, run_suite, wrapped_reference

SPEAKS_ONLY_0_12 = '#!/bin/sh\n[ "$CNB_PLATFORM_API" = 0.12 ] || exit 11\n'


@dataclass(frozen=True)
class Mistake:
    """A way to call the suite that can't work, and what the message has to name."""

    name: str
    arguments: tuple[str, ...]
    named: tuple[str, ...]
    environment: tuple[tuple[str, str], ...] = ()
    place: str = "suites"

    def __str__(self) -> str:
        return self.name


MISTAKES = (
    Mistake("lifecycle-path", ("--lifecycle", "dir:/no/such/lifecycle"), ("/no/such/lifecycle",)),
    Mistake("lifecycle-path-without-dir", ("--lifecycle", "/no/such/lifecycle"), ("/no/such/lifecycle",)),
    Mistake("lifecycle-name", ("--lifecycle", "referense"), ("referense",)),
    Mistake(
        "lifecycle-image-without-engine",
        ("--lifecycle", "image:example.org/lifecycle"),
        ("image:example.org/lifecycle", "/no/such/docker.sock"),
        environment=(("DOCKER_HOST", "unix:///no/such/docker.sock"),),
    ),
    Mistake("lifecycle-empty", ("--lifecycle=",), ("--lifecycle is given but empty",)),
    Mistake("lifecycle-directory-empty", ("--lifecycle=dir:",), ("--lifecycle dir:: name a directory",)),
    Mistake("checkout-that-holds-the-reference", ("--lifecycle", str(ROOT)), ("has no program analyzer",)),
    Mistake(
        "variable-of-no-option",
        (),
        ("CONFORMANCE_LIFECYLE", "did you mean 'CONFORMANCE_LIFECYCLE'?"),
        environment=(("CONFORMANCE_LIFECYLE", "/opt/lifecycle"),),
    ),
    Mistake("directory-without-programs", ("--lifecycle", f"dir:{ROOT / 'docs'}"), ("docs", "analyzer")),
    Mistake(
        "target-file-that-is-none", ("--lifecycle", str(ROOT / "pyproject.toml")), ("pyproject.toml", "unknown key")
    ),
    Mistake("test-path", (), ("suites/rebaser/test_nothing.py",), place="suites/rebaser/test_nothing.py"),
    Mistake("option", ("--lifecicle", "reference"), ("--lifecicle",)),
    Mistake("platform-api-of-nobody", ("--platform-api", "0.99"), ("--platform-api 0.99", "0.15")),
    Mistake("platform-api-that-is-none", ("--platform-api", "new"), ("--platform-api new",)),
    Mistake("architecture-it-does-not-have", ("--arch", "386"), ("--arch", "386")),
    Mistake("examples-that-are-no-number", ("--examples", "many"), ("--examples many",)),
    Mistake("seed-that-is-no-number", ("--seed=-1",), ("--seed -1",)),
    Mistake("architecture-of-nobody", ("--arch", "pdp11"), ("--arch", "pdp11")),
    Mistake("registry-nobody-answers", ("--registry", "127.0.0.1:1"), ("--registry 127.0.0.1:1", "does not answer")),
    Mistake("registry-of-no-kind", ("--registry", "imaginary"), ("imaginary", "embedded")),
    Mistake("registry-by-url", ("--registry", "http://127.0.0.1:1"), ("http://127.0.0.1:1", "host:port")),
    Mistake(
        "registry-in-docker-without-engine",
        ("--registry", "docker"),
        ("--registry docker", "/no/such/docker.sock", "embedded"),
        environment=(("DOCKER_HOST", "unix:///no/such/docker.sock"),),
    ),
    Mistake("authority", ("--authority", "issue-453"), ("--authority issue-453", "did you mean 'issue-435'?")),
    Mistake("requirement", ("--only", "rebaser-run-indx"), ("--only rebaser-run-indx", "'rebaser-run-index'?")),
    Mistake("temporary-directory", (), ("TMPDIR /no/such/place",), environment=(("TMPDIR", "/no/such/place"),)),
    Mistake("one-program", ("--lifecycle", str(REFERENCE / "analyzer")), ("is one program (a script)",)),
    Mistake("a-text", ("--lifecycle", str(ROOT / "README.md")), ("is a file, and no archive",)),
    Mistake("image-file", ("--lifecycle", "image:/no/such.tar"), ("there is no file /no/such.tar",)),
    Mistake("requirements-file", ("--requirements", "/no/such.toml"), ("/no/such.toml",)),
    Mistake("deadline", ("--deadline", "soon"), ("--deadline soon",)),
    Mistake("deadline-of-nothing", ("--deadline", "0"), ("--deadline 0",)),
)


@pytest.mark.parametrize("mistake", MISTAKES, ids=str)
def test_wrong_usage_says_what_is_wrong(mistake: Mistake, tmp_path: Path) -> None:
    arguments = mistake.arguments if "--registry" in mistake.arguments else (*EMBEDDED, *mistake.arguments)

    run = run_suite(tmp_path, *arguments, places=[mistake.place], environment=dict(mistake.environment))

    assert run.status == 4, run.output
    missing = [word for word in mistake.named if word not in run.output]
    assert not missing, run.output
    assert "Traceback" not in run.output
    assert "INTERNALERROR" not in run.output
    assert run.document is None


def test_platform_api_that_the_lifecycle_does_not_support(tmp_path: Path) -> None:
    lifecycle = lifecycle_of_scripts(tmp_path / "lifecycle", SPEAKS_ONLY_0_12)

    run = run_suite(tmp_path / "run", *EMBEDDED, "--lifecycle", f"dir:{lifecycle}", "--platform-api", "0.12,0.9")

    assert run.status == 4, run.output
    assert "--platform-api 0.9: the lifecycle does not support it" in run.output


def test_program_that_may_not_be_executed(tmp_path: Path) -> None:
    lifecycle = lifecycle_of_scripts(tmp_path / "lifecycle", SUCCEEDS)
    (lifecycle / "exporter").chmod(0o644)

    run = run_suite(tmp_path / "run", *EMBEDDED, "--lifecycle", f"dir:{lifecycle}")

    assert run.status == 4, run.output
    assert f"{lifecycle}/exporter is not executable" in run.output


def test_phase_that_the_target_lacks_is_not_run(tmp_path: Path) -> None:
    lifecycle = wrapped_reference(tmp_path / "lifecycle", {})
    (lifecycle / "rebaser").unlink()
    only = "--only=rebaser-run-absent,analyzer-previous-missing"

    run = run_suite(tmp_path / "run", *EMBEDDED, only, "--lifecycle", f"dir:{lifecycle}")

    assert run.verdicts()["analyzer-previous-missing"] == "pass"
    assert run.verdicts()["rebaser-run-absent"] == "not-run"
    assert {case.message for case in run.cases if case.verdict == "not-run"} == {"the target has no rebaser"}
    assert (run.verdict, run.status) == ("incomplete", 6)


def test_program_that_cannot_be_started(tmp_path: Path) -> None:
    lifecycle = lifecycle_of_scripts(tmp_path / "lifecycle", "#!/no/such/interpreter\n")

    run = run_suite(tmp_path / "run", *EMBEDDED, "--lifecycle", f"dir:{lifecycle}")

    assert run.status == 4, run.output
    assert str(lifecycle) in run.output
    assert "can't be started" in run.output


# --- given but empty, and unknown ---


@dataclass(frozen=True)
class CommandLine:
    """What stands on pytest's command line, for `options.read`."""

    values: Mapping[str, str]

    def getoption(self, name: str) -> str | None:
        """Give the text of an option, None where it is not there."""
        return self.values.get(name)


def read(given: Mapping[str, str], environment: Mapping[str, str]) -> options.Settings:
    """Read the options of a command line and an environment."""
    return options.read(cast("pytest.Config", CommandLine(given)), environment)


@pytest.mark.parametrize(
    ("given", "environment", "warned"),
    [
        ({"--authority": "oci"}, {}, []),
        ({}, {"CONFORMANCE_AUTHORITY": "oci"}, []),
        ({"--profile": "oci"}, {}, ["--profile is called --authority now"]),
        ({}, {"CONFORMANCE_PROFILE": "oci"}, ["CONFORMANCE_PROFILE is called CONFORMANCE_AUTHORITY now"]),
        ({"--authority": "oci", "--profile": "platform"}, {}, ["--profile is called --authority now"]),
        ({"--profile": "oci"}, {"CONFORMANCE_AUTHORITY": "platform"}, ["--profile is called --authority now"]),
    ],
)
def test_former_name_of_an_option_is_taken_with_a_warning(
    given: dict[str, str], environment: dict[str, str], warned: list[str]
) -> None:
    settings = read(given, environment)

    assert settings.authorities == ("oci",)
    assert [warning.partition(", and")[0] for warning in settings.warnings] == warned


def test_former_name_may_not_be_given_but_empty() -> None:
    with pytest.raises(pytest.UsageError, match=r"^--profile is given but empty"):
        read({"--profile": " "}, {})


@pytest.mark.parametrize("text", ["", " ", "\t"], ids=["empty", "blank", "tab"])
@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_nothing_may_be_given_but_empty(option: Option, text: str) -> None:
    with pytest.raises(pytest.UsageError, match=f"^--{option.name} is given but empty"):
        read({f"--{option.name}": text}, {})
    with pytest.raises(pytest.UsageError, match=f"^{option.variable} is given but empty"):
        read({}, {option.variable: text})


@pytest.mark.parametrize("text", [",", "a,", ",a", "a,,b", "a, ,b"])
@pytest.mark.parametrize("name", ["only", "authority", "arch", "platform-api"])
def test_no_name_of_a_list_may_be_empty(name: str, text: str) -> None:
    with pytest.raises(pytest.UsageError, match=f"^--{name} .*a name is empty"):
        read({f"--{name}": text}, {})


@pytest.mark.parametrize("name", ["CONFORMANCE_LIFECYLE", "CONFORMANCE_", "CONFORMANCE_lifecycle"])
def test_variable_of_no_option_is_refused(name: str) -> None:
    with pytest.raises(pytest.UsageError, match=f"^{name}: there is no such variable"):
        read({}, {name: "/opt/lifecycle"})


def test_what_is_not_given_is_by_default() -> None:
    settings = read({"--only": " a , b "}, {"CONFORMANCE_SEED": "7", "LIFECYLE": "/opt/lifecycle"})

    assert (settings.lifecycle, settings.only, settings.seed, settings.architectures) == (
        "reference",
        ("a", "b"),
        7,
        (),
    )


@pytest.mark.parametrize("text", ["", " ", "dir:", "dir: ", "image:", "image: "])
def test_lifecycle_has_to_be_named(text: str, tmp_path: Path) -> None:
    with pytest.raises(TargetError, match=r"name an? "):
        open_target(text, tmp_path)


@pytest.mark.parametrize("text", ["", 'target = ""', 'target = "dir:"', 'target = "image: "', 'name = "mine"'])
def test_target_file_has_to_name_a_lifecycle(text: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text)

    with pytest.raises(TargetError, match=r"mine\.toml|name an"):
        open_target(str(file), tmp_path)


def test_target_file_is_told_all_that_is_wrong_with_it(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('target = "reference"\nname = 3\nplatfrom-source = "flag"\nskip-platform-apis = ""\n')

    with pytest.raises(TargetError) as raised:
        open_target(str(file), tmp_path)

    for text in ("name must be a text", "did you mean 'platform-source'?", "skip-platform-apis must be a list"):
        assert text in str(raised.value)


def test_reference_is_known_by_whatever_name_it_was_given(tmp_path: Path) -> None:
    (tmp_path / "linked").symlink_to(REFERENCE)
    (tmp_path / "mine.toml").write_text(f'target = "dir:{REFERENCE}"\nname = "mine"\n')
    other = lifecycle_of_scripts(tmp_path / "other", SPEAKS_ONLY_0_12)

    given = ("reference", f"dir:{REFERENCE}", str(tmp_path / "linked"), str(tmp_path / "mine.toml"))
    assert [open_target(text, tmp_path).facts.is_reference for text in given] == [True] * 4
    assert not open_target(str(other), tmp_path).facts.is_reference
    assert not open_target("image:example.org/lifecycle", tmp_path).facts.is_reference
