"""A storage that joins the table of openers is had by every worker, and by the cases of its settings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conformance import storages
from conformance.options import Settings, read
from conformance.plan import Plan
from conformance.setting import Setting
from conformance.worker_fixtures import WorkerFixtures
from fixtures.execution.host import HostSpec
from fixtures.lifecycle.platform_api import PlatformApi
from fixtures.lifecycle.targets.base import InstallationSpec, TargetFacts
from fixtures.oci.platforms import AMD64
from fixtures.oci.samples import run_image
from tests.support.memory_storage import MemoryStorage

API = PlatformApi(0, 15)


class OpenedMemory:
    """The toy storage of one worker, which notes what is asked of it."""

    def __init__(self, *_: Any) -> None:
        self.storage = MemoryStorage()
        self.asked: list[str] = []

    def open(self) -> None:
        """Note it."""
        self.asked.append("open")

    def begin(self, case: str) -> None:
        """Note it."""
        self.asked.append(f"begin {case}")

    def notes(self) -> Iterator[tuple[str, int]]:
        """There is nothing to notice."""
        return iter(())

    def kept(self, *_: Any) -> None:
        """Nothing can be kept of it."""

    def close(self) -> None:
        """Note it."""
        self.asked.append("close")


@pytest.fixture
def plan(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Plan:
    """A plan of two storages."""
    monkeypatch.setattr(storages, "OPENERS", {**storages.OPENERS, "memory": OpenedMemory})
    monkeypatch.setattr("conformance.worker_fixtures.OPENERS", storages.OPENERS)
    installation = InstallationSpec({"analyzer": ("/toy/analyzer",)}, HostSpec(AMD64, (), "native"))
    facts = TargetFacts("toy:", "toy")
    return Plan(facts, "1", (API,), (installation,), str(tmp_path), storages=("registry", "memory"))


@pytest.fixture
def settings(pytestconfig: pytest.Config) -> Settings:
    """The defaults."""
    return read(pytestconfig, {})


def test_every_setting_is_had_in_each_storage(plan: Plan) -> None:
    assert plan.settings == (Setting(AMD64, API), Setting(AMD64, API, "memory"))
    assert [*map(str, plan.settings)] == ["amd64-0.15", "amd64-0.15-memory"]
    assert Plan.from_json(plan.to_json()) == plan


def test_a_case_places_its_images_in_the_storage_of_its_setting(plan: Plan, settings: Settings) -> None:
    worker = WorkerFixtures(plan, settings, "gw0")
    worker.open()
    try:
        scope = worker.scope(plan.settings[1], "case")
        placed = scope.place(run_image(AMD64), "run")
        assert (scope.name, str(placed.ref).partition(":")[0]) == ("memory", "memory")
        assert scope.head(placed.ref) == placed.identity
        assert worker.scope(None, "case").name == "registry"
    finally:
        worker.close()
    memory = worker.storages["memory"]
    assert isinstance(memory, OpenedMemory)
    assert memory.asked == ["open", "close"]
