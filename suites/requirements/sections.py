"""The sections of the requirements page, which are what a row says it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """A heading of the page, and the phases that its requirements are about; none: every phase."""

    title: str
    phases: tuple[str, ...] = ()


SECTIONS: Mapping[str, Section] = {
    "analyzer": Section("Analyzer", ("analyzer",)),
    "build": Section("Build: analyzer, then exporter on the same inputs", ("analyzer", "exporter")),
    "exporter": Section("Exporter alone, on an analyzed.toml that the suite writes", ("exporter",)),
    "rebaser": Section("Rebaser", ("rebaser",)),
    "run-resolution": Section("Run image resolution: which of several names is meant"),
    "index": Section("How an index is read, by every phase that reads one"),
    "source": Section("Platform source: how a phase learns what the app is built for"),
    "phase": Section("Every phase"),
    "artifact": Section("Release: archives, or folders of programs"),
    "checkout": Section("Release: what its Makefile builds"),
    "image": Section("Release: the lifecycle image"),
    "tag": Section("Release: tags in a registry"),
}
"""The sections in the order of the page, by the word that stands in a row's `phase`."""
