"""The options of a conformance run; each has an environment variable, for CI."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

from suites.requirements.table import guess

DEADLINE = 60.0
"""Seconds that one run of a phase may take, unless told otherwise."""

_PREFIX = "CONFORMANCE_"

REFERENCE = "reference"
"""The lifecycle, and the release, that come with the suite: judged where nothing is named."""

EXAMPLES = 30
"""Examples of each property, unless told otherwise: what adds little to the time that a run takes anyway."""

EXAMPLES_OF_A_SAMPLE = 3
"""Examples of each where a sample of the cases is asked for, unless told otherwise."""

FULL, SAMPLE = COVERAGES = ("full", "sample")
"""How much of what was asked for is judged: every case, or the fewest that show each value of a parameter once."""


@dataclass(frozen=True)
class Option:
    """An option of the run: its flag, its default and what it does; `old` is a former name, taken with a warning.

    A `switch` takes no value on the command line; its variable is `yes` or `no`.
    """

    name: str
    default: str
    help: str
    old: str = ""
    switch: bool = False

    @property
    def variable(self) -> str:
        """The environment variable that gives the option where the command line does not."""
        return _variable(self.name)

    @property
    def names(self) -> tuple[str, ...]:
        """Its name, and the former one where it has one."""
        return (self.name, self.old) if self.old else (self.name,)


def _variable(name: str) -> str:
    return _PREFIX + name.upper().replace("-", "_")


OPTIONS = (
    Option(
        "lifecycle",
        "",
        "the lifecycle under test: reference, dir:PATH, archive:FILE,… (or a path), image:NAME, or a target file "
        "(.toml); default: reference, none where there are artifacts to judge",
    ),
    Option(
        "artifacts",
        "",
        "the release under test, comma-separated: reference, release:DIR, checkout:DIR, image:REF, registry:HOST/REPO, "
        "a path, a target file (.toml), names:seed-2020; default: none, reference where there is no lifecycle to judge",
    ),
    Option("platform-api", "", "Platform APIs to judge, comma-separated, or all; default: the newest one shared"),
    Option("arch", "", "architectures to run as, comma-separated, or all; default: those that can be run"),
    Option("registry", "auto", "auto, docker, process, embedded, or host:port"),
    Option("authority", "", "authorities to judge by, comma-separated; default: all", old="profile"),
    Option("only", "", "ids of requirements to judge, comma-separated; default: all"),
    Option(
        "coverage",
        FULL,
        "full, or sample: the fewest cases that judge each requirement and show each value of its parameters once",
    ),
    Option("shard", "", "N/OF: judge this share of the cases, to be merged with the others; default: all"),
    Option("requirements", "", "a TOML file that adds rows to the catalogue or overrides them"),
    Option("known-failures", "", "a TOML file of what is known to fail: the gate passes it, and nothing else"),
    Option("report-dir", "", "where to write results.json and junit.xml"),
    Option("keep", "no", "leave registry and workspaces of failed cases up after the run, to look at", switch=True),
    Option("deadline", str(DEADLINE), "seconds that one run of a phase may take"),
    Option("run-limit", "", "seconds after which no case begins and the one under way ends; default: none"),
    Option("soak", "", "a seed, any text: cases in another order, and delays and resets such as lifecycles live with"),
    Option(
        "examples",
        str(EXAMPLES),
        "examples of each property, and a tenth as many histories; 0 leaves them out; of a sample, 3 by default",
    ),
    Option("seed", "0", "a number: another one gives other examples"),
)


@dataclass(frozen=True)
class Settings:
    """What the options of one run say; empty tuples leave the choice to the defaults.

    `lifecycle` is empty, and so is `artifacts`, where none is to be judged.
    `warnings` are sentences on how they were said.
    """

    lifecycle: str
    artifacts: tuple[str, ...]
    platform_apis: tuple[str, ...]
    architectures: tuple[str, ...]
    registry: str
    authorities: tuple[str, ...]
    only: tuple[str, ...]
    coverage: str
    shard: tuple[int, int] | None
    requirements: Path | None
    known_failures: Path | None
    report_dir: Path | None
    keep: bool
    deadline: float
    run_limit: float
    soak: str
    examples: int
    seed: int
    warnings: tuple[str, ...] = ()

    @property
    def samples(self) -> bool:
        """Whether few cases of each requirement are to be judged."""
        return self.coverage == SAMPLE


class CommandLine(Protocol):
    """Whoever knows the command line: pytest, or a command of ours."""

    def getoption(self, name: str) -> Any:
        """Give what was said of an option, named with its dashes; None where nothing was."""


def add(parser: pytest.Parser) -> None:
    """Tell pytest about the options."""
    group = parser.getgroup("conformance", "lifecycle conformance")
    for option in OPTIONS:
        message = f"{option.help} [{option.variable}]"
        if option.switch:
            group.addoption(f"--{option.name}", default=None, action="store_const", const="yes", help=message)
            continue
        group.addoption(f"--{option.name}", default=None, metavar=option.name.upper(), help=message)
        if option.old:
            group.addoption(f"--{option.old}", default=None, metavar=option.name.upper(), help=f"--{option.name}, once")
    group.addoption("--case", action="append", default=[], metavar="CASE", help=CASE_HELP)


CASE_HELP = "judge this case only, by its name or pytest's id, with or without [parameters]; may be repeated"


def read(config: CommandLine, environment: Mapping[str, str] = os.environ) -> Settings:
    """Give the settings: command line first, then the environment, then the defaults. Raises pytest.UsageError."""
    _check(config, environment)

    def value(name: str, default: str | None = None) -> str:
        option = next(option for option in OPTIONS if option.name == name)
        default = option.default if default is None else default
        return next(iter(_given(option, config, environment).values()), default).strip()

    def listed(name: str) -> tuple[str, ...]:
        parts = tuple(part.strip() for part in value(name).split(",")) if value(name) else ()
        if "" in parts:
            raise pytest.UsageError(f"--{name} {value(name)}: a name is empty, before or after a comma")
        return parts

    def seconds(name: str) -> float:
        try:
            given = float(value(name))
        except ValueError:
            given = 0.0
        if not 0 < given < 86400:
            raise pytest.UsageError(f"--{name} {value(name)}: give a number of seconds above 0")
        return given

    coverage = _one_of(COVERAGES, "coverage", value("coverage"))
    examples, seed = value("examples", str(usual_examples(coverage))), value("seed")
    for name, given in (("examples", examples), ("seed", seed)):
        if not (given.isascii() and given.isdigit() and len(given) < 10):
            raise pytest.UsageError(f"--{name} {given}: give a whole number, 0 or above")
    report_dir = value("report-dir")
    return Settings(
        lifecycle=value("lifecycle") or ("" if value("artifacts") else REFERENCE),
        artifacts=listed("artifacts") or (() if value("lifecycle") else (REFERENCE,)),
        platform_apis=listed("platform-api"),
        architectures=listed("arch"),
        registry=value("registry"),
        authorities=listed("authority"),
        only=listed("only"),
        coverage=coverage,
        shard=_shard(value("shard")),
        requirements=_file("requirements", value("requirements")),
        known_failures=_file("known-failures", value("known-failures")),
        report_dir=Path(report_dir).absolute() if report_dir else None,
        keep=_switched("keep", value("keep")),
        deadline=seconds("deadline"),
        run_limit=seconds("run-limit") if value("run-limit") else 0.0,
        soak=value("soak"),
        examples=int(examples),
        seed=int(seed),
        warnings=tuple(_warnings(config, environment)),
    )


def usual_examples(coverage: str) -> int:
    """Give how many examples of each property are judged where nobody says it."""
    return EXAMPLES_OF_A_SAMPLE if coverage == SAMPLE else EXAMPLES


def said(config: pytest.Config, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Give the options that the user gave, by command line or variable, by name and as text."""
    given = {option.name: next(iter(_given(option, config, environment).values()), None) for option in OPTIONS}
    return {name: text for name, text in given.items() if text is not None}


def _switched(name: str, given: str) -> bool:
    if given not in ("yes", "no"):
        raise pytest.UsageError(f"{_variable(name)} {given}: say yes or no")
    return given == "yes"


def _one_of(known: Sequence[str], name: str, given: str) -> str:
    if given not in known:
        raise pytest.UsageError(f"--{name} {given}: say {' or '.join(known)}{guess(given, known)}")
    return given


def _shard(given: str) -> tuple[int, int] | None:
    number, _, of = given.partition("/")
    if not given:
        return None
    if not all(part.isascii() and part.isdigit() and len(part) < 5 for part in (number, of)) or not 0 < int(
        number
    ) <= int(of):
        raise pytest.UsageError(f"--shard {given}: give a share and how many there are, as in 1/4")
    return int(number), int(of)


def _file(name: str, given: str) -> Path | None:
    if given and not Path(given).is_file():
        raise pytest.UsageError(f"--{name} {given}: there is no such file")
    return Path(given).absolute() if given else None


def _given(option: Option, config: CommandLine, environment: Mapping[str, str]) -> dict[str, str]:
    """Give what was said of an option, by how it was said: the first is what counts."""
    flags = {f"--{name}": config.getoption(f"--{name}") for name in option.names}
    variables = {_variable(name): environment.get(_variable(name)) for name in option.names}
    return {name: str(text) for name, text in {**flags, **variables}.items() if text is not None}


def _warnings(config: CommandLine, environment: Mapping[str, str]) -> Iterator[str]:
    for option in OPTIONS:
        for name in _given(option, config, environment) if option.old else ():
            now = {f"--{option.old}": f"--{option.name}", _variable(option.old): option.variable}.get(name)
            if now:
                yield f"{name} is called {now} now, and the next release knows it by that name alone"


def _check(config: CommandLine, environment: Mapping[str, str]) -> None:
    """Refuse what is given but empty, as a variable is that was never set, and what no option is called."""
    known = [_variable(name) for option in OPTIONS for name in option.names]
    for name in environment:
        if name.startswith(_PREFIX) and name not in known:
            raise pytest.UsageError(f"{name}: there is no such variable{guess(name, known)}")
    for option in OPTIONS:
        for name, text in _given(option, config, environment).items():
            if not text.strip():
                raise pytest.UsageError(f"{name} is given but empty: say what it is to be, or leave it out")
