"""What each folder of tests stands for, what is run only where it is asked for, and the figures at the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import figures, unit_guard
from tests.truth.mutants import every, killers

HERE = Path(__file__).parent
FOLDERS = ("unit", "integration", "runs", "truth")
"""By what a test costs: one module; servers and processes; whole runs of the suite; many of these, to see it judge."""

CHANGES_MACHINE = "changes_machine"
TAKES_LONG = "long"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what widens a run of these tests."""
    group = parser.getgroup("the project's own tests")
    group.addoption(
        "--whole", action="store_true", help="run long tests too, and judge the lifecycles of tests/truth by every case"
    )
    group.addoption("--renew-killers", action="store_true", help="write which case killed each mutant: make killers")
    group.addoption("--changes-machine", action="store_true", help="run the tests that change this machine, too")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers."""
    for folder in FOLDERS:
        config.addinivalue_line("markers", f"{folder}: a test of tests/{folder}; the folder decides")
    config.addinivalue_line("markers", f"{CHANGES_MACHINE}: it changes this machine; run with --changes-machine")
    config.addinivalue_line("markers", f"{TAKES_LONG}: what it shows, others show in part; run with --whole")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark tests by folder, skip what is to be asked for, and put first what takes long."""
    items.sort(key=_place_in_order)
    _leave_mutants_to_others(config, items)
    for item in items:
        if folder := folder_of(item):
            item.add_marker(folder)
        if is_long(item) and not config.getoption("whole"):
            item.add_marker(pytest.mark.skip(reason="it takes long: make test-all, or --whole"))
        if item.get_closest_marker(CHANGES_MACHINE) and not config.getoption("changes_machine"):
            item.add_marker(pytest.mark.skip(reason="it changes this machine: --changes-machine"))


LONG = (
    "runs/hostile/",
    "runs/test_architectures.py",
    "runs/test_harm.py",
    "runs/test_limits.py",
    "runs/test_ordinary_user.py",
    "runs/test_pages.py",
    "runs/test_run_in_containers.py",
    "runs/test_shards.py",
    "runs/test_soak.py",
    "runs/test_wheel_pythons.py",
    "truth/test_against_skopeo.py",
)
"""What waits for deadlines, containers, emulators and attacks, or judges more than a few cases: run with --whole.

So are the single tests with the marker `long`.
"""

LONGEST_FIRST = (
    "truth/test_second",
    "truth/test_nulls",
    "truth/test_reference",
    "runs",
    "integration",
    "truth",
    "unit",
)


def _place_in_order(item: pytest.Item) -> int:
    """Give where a test comes: those that take long first, so that no worker is left alone with one at the end."""
    if HERE not in item.path.parents:
        return len(LONGEST_FIRST)
    place = item.path.relative_to(HERE).as_posix()
    return next(number for number, start in enumerate((*LONGEST_FIRST, "")) if place.startswith(start))


def is_long(item: pytest.Item) -> bool:
    """Whether a test is run where everything is run only; it is also where its file is named."""
    named = {Path(argument.partition("::")[0]).resolve() for argument in item.config.args}
    if HERE not in item.path.parents or item.path in named:
        return False
    return bool(item.get_closest_marker(TAKES_LONG)) or item.path.relative_to(HERE).as_posix().startswith(LONG)


def _are_all_asked_for(config: pytest.Config) -> bool:
    """Whether the tests are those of `make test`, and not of a file that somebody named."""
    return config.args[:1] == [HERE.name]


def _leave_mutants_to_others(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep a sample of the mutants, unless everything is asked for, or they are by name."""
    if config.getoption("whole") or not _are_all_asked_for(config):
        return
    sample = every.sample()
    others = [item for item in items if figures.KILLING in item.nodeid and _mutant_of(item) not in sample]
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in set(others)]


def _mutant_of(item: pytest.Item) -> object:
    return item.callspec.params["mutant"] if isinstance(item, pytest.Function) else None


def folder_of(item: pytest.Item) -> str | None:
    """Give the folder that a test is of; None for what is no test of the project's own."""
    if HERE not in item.path.parents:
        return None
    folder = item.path.relative_to(HERE).parts[0]
    return folder if folder in FOLDERS else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Keep unit tests from what they may not do."""
    if folder_of(item) != "unit":
        return (yield)
    with unit_guard.guarded():
        return (yield)


@pytest.fixture
def whole(pytestconfig: pytest.Config) -> bool:
    """Whether lifecycles are to be judged by every case: `make test-all`."""
    return bool(pytestconfig.getoption("whole"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Add the figures of the tests that were run."""
    ended = {
        outcome: [report for report in terminalreporter.getreports(outcome) if isinstance(report, pytest.TestReport)]
        for outcome in ("passed", "failed", "skipped")
    }
    if lines := figures.of(ended, whole=bool(config.getoption("whole"))):
        terminalreporter.section("right and wrong")
        for line in lines:
            terminalreporter.write_line(line)
    if config.getoption("renew_killers"):
        found = [str(pair).partition(" ") for pair in figures.recorded(ended, figures.KILLER)]
        killers.renew((mutant, case) for mutant, _, case in found)
