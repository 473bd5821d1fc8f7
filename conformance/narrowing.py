"""What a run leaves out of all that there is, and by which options: `-k`, a path and a plugin of pytest's count too."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

from conformance.collection import Collector, names_all
from conformance.names import name_of
from conformance.options import Settings, usual_examples
from conformance.paths import SUITES
from conformance.plan import Plan
from conformance.sampling import sample
from conformance.selection import requirement_of
from fixtures.paths import ROOT

NAMED_AT_MOST = 4
"""Cases that are told of by their names where they were named one by one."""

FILE = "collected.json"
"""The note, in the directory of a run."""


@dataclass(frozen=True)
class Note:
    """What a process collected, left for the controller, which may collect nothing itself.

    `cases` are those to be run, with their requirements, and `names` what they are called; `left_out` says how many
    others each requirement has; `deselected`: somebody else than this suite left out cases that pytest had collected.
    `dealt` says how many cases of each requirement all shares of a run have, where it is a share, and `others` how many
    the others; those are `left_out` too. `problems` says how tests and catalogue disagree: then nothing is run.
    """

    cases: Mapping[str, str | None] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    deselected: bool = False
    dealt: Mapping[str, int] = field(default_factory=dict)
    others: Mapping[str, int] = field(default_factory=dict)
    problems: str = ""

    @classmethod
    def read(cls, directory: str) -> Note:
        """Read the note of a run; an empty one where no process came as far as leaving it."""
        path = Path(directory) / FILE
        return msgspec.json.decode(path.read_bytes(), type=cls) if path.is_file() else cls()

    def write(self, directory: str) -> None:
        """Leave the note, whole or not at all."""
        path = Path(directory) / FILE
        scratch = path.with_suffix(f".{os.getpid()}")
        scratch.write_bytes(msgspec.json.encode(self))
        scratch.replace(path)


class Offered:
    """Every case that there is: as pytest makes them of the suites' modules, before any is left out."""

    def __init__(self, plan: Plan, collector: Collector) -> None:
        self._plan = plan
        self._collector = collector
        self._items: dict[str, pytest.Item] = {}
        self._read: set[Path] = set()

    @pytest.hookimpl(wrapper=True)
    def pytest_pycollect_makeitem(self) -> Iterator[None]:
        """Keep what was made: a node id or a path leaves out its siblings only later."""
        made: object = yield
        for item in made if isinstance(made, list) else [made]:
            if isinstance(item, pytest.Item) and SUITES in item.path.parents:
                self._items[item.nodeid] = item
                self._read.add(item.path)
        return made  # type: ignore[return-value]

    def note(self, session: pytest.Session, chosen: int, problems: str) -> None:
        """Leave a note, unless another process has."""
        if (Path(self._plan.directory) / FILE).exists():
            return
        if problems:
            note = Note(problems=problems)
        else:
            cases = {item.nodeid: requirement_of(item) for item in session.items}
            names = {item.nodeid: name_of(item) for item in session.items}
            left_out = self._left_out(session, cases)
            shares = (self._collector.dealt, self._collector.others)
            note = Note(cases, names, left_out, len(cases) < chosen, *shares)
        note.write(self._plan.directory)

    def every(self, session: pytest.Session) -> tuple[pytest.Item, ...]:
        """Give every case that there is, also of modules that nobody asked for."""
        for path in sorted(SUITES.rglob("test_*.py")):
            if path not in self._read:
                pytest.Module.from_parent(session, path=path).collect()
        return tuple(self._items.values())

    def _left_out(self, session: pytest.Session, kept: Collection[str]) -> dict[str, int]:
        of_this_run = filter(self._collector.is_of_this_run, self.every(session))
        every = sample(of_this_run, self._plan.sampled_platform, self._collector.catalogue)
        return dict(Counter(requirement_of(item) or "" for item in every if item.nodeid not in kept))


def by(config: pytest.Config, settings: Settings, plan: Plan, note: Note, *, ended_early: bool) -> tuple[str, ...]:
    """Give what narrowed a run, as it was given; nothing where nothing was left out."""
    choices = [*_places(config), *_later(config, settings)]
    if note.deselected and not list(_later(config, settings)) and not settings.samples:
        choices.append("-p (a plugin of pytest's)")
    found = [*_of_requirements(settings), *choices] if note.left_out else []
    found += _amounts(config, settings, plan)
    if ended_early and config.option.maxfail:
        found.append(f"--maxfail={config.option.maxfail}")
    return tuple(found)


def asked(config: pytest.Config, settings: Settings, plan: Plan) -> tuple[str, ...]:
    """Give what is to narrow a run, before it is known what it leaves out."""
    return (
        *_of_requirements(settings),
        *_places(config),
        *_later(config, settings),
        *_amounts(config, settings, plan),
    )


def _of_requirements(settings: Settings) -> Iterator[str]:
    """Give what chooses among the requirements."""
    if settings.only:
        yield f"--only={','.join(settings.only)}"
    if settings.authorities:
        yield f"--authority={','.join(settings.authorities)}"


def _places(config: pytest.Config) -> Iterator[str]:
    """Give what chooses among folders and files."""
    yield from (f"--ignore={name}" for name in config.option.ignore or ())
    yield from (f"--ignore-glob={name}" for name in config.option.ignore_glob or ())
    if not names_all(config):
        yield from map(_below_the_tree, config.args)


def _below_the_tree(place: str) -> str:
    """Give a place by its path in this tree, which is the same on other machines."""
    path, colons, test = place.partition("::")
    inside = Path(path).absolute()
    return f"{inside.relative_to(ROOT).as_posix() if inside.is_relative_to(ROOT) else path}{colons}{test}"


def _later(config: pytest.Config, settings: Settings) -> Iterator[str]:
    """Give what chooses among the cases that were collected."""
    option = config.option
    yield from [f"-k {option.keyword}"] if option.keyword else []
    yield from [f"-m {option.markexpr}"] if option.markexpr else []
    yield from (f"--deselect={name}" for name in option.deselect or ())
    yield from _cases(option.case)
    yield from [f"--shard={settings.shard[0]}/{settings.shard[1]}"] if settings.shard else []


def _cases(named: Sequence[str]) -> list[str]:
    """Give the cases that were named one by one; many, as --lf has them, by their number."""
    return [f"--case={name}" for name in named] if len(named) <= NAMED_AT_MOST else [f"--case (of {len(named)} cases)"]


def _amounts(config: pytest.Config, settings: Settings, plan: Plan) -> Iterator[str]:
    """Give what takes from the cases themselves, or from what can be told of them."""
    if settings.samples:
        yield f"--coverage={settings.coverage}"
    if settings.examples < usual_examples(settings.coverage):
        yield f"--examples={settings.examples}"
    yield from plan.narrowed_by
    for setting in config.option.override_ini or ():
        yield f"-o {setting}"
    if config.inipath != ROOT / "pyproject.toml":
        yield f"-c {config.inipath}"
