"""A pytest plugin that collects the suites in one setting, and writes what each case is called to the file NAMES.

The variable SETTING gives the platform and the Platform API. Nothing is run, so the machine need not be able to.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.collection import Collector
from conformance.names import name_of
from conformance.selection import Selection
from conformance.setting import Setting
from fixtures.lifecycle.platform_api import PlatformApi
from fixtures.oci.platforms import Platform

FILE, SETTING = "NAMES", "SETTING"


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Give the collector another setting than those of this machine."""
    collector = config.pluginmanager.getplugin("conformance-collector")
    if isinstance(collector, Collector):
        platform, api = os.environ[SETTING].split()
        setting = Setting(Platform.parse(platform), PlatformApi.parse(api))
        # A machine that runs a second architecture judges it by a sample unless it is asked for: here all cases are.
        collector.plan = replace(collector.plan, sampled_platform="")
        collector.selection = Selection(collector.catalogue, [setting], lambda *_: "", collector.settings)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Write the names."""
    Path(os.environ[FILE]).write_text(json.dumps([name_of(item) for item in session.items]))
