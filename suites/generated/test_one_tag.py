"""Whatever happens to an app under its tag: it stays of one architecture, whole, and true to what is recorded of it."""

from __future__ import annotations

import itertools

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.oci.options import OPTIONS
from fixtures.oci.platforms import AMD64, ARM64, S390X, Platform
from fixtures.storage.scope import StorageScope
from suites import expect, requirement
from suites.generated.examples import Examples
from suites.generated.history import Build, History, PutApp, Rebase, Step, UpdateRunImage
from suites.generated.hypothesis_import import SearchStrategy
from suites.generated.hypothesis_import import strategies as st

TURNS = 4
"""How many turns a history has at most."""

A_HISTORY_FOR = 5
"""Examples of a property that there is one history for, which takes several runs of a phase."""


def histories(images: SearchStrategy[tuple[Platform, ...]], builds: list[Platform]) -> SearchStrategy[list[Step]]:
    """Draw histories, the plainest first: of single images and indexes for these platforms, and builds as these.

    A history is made of turns: what changes in the registry, if anything, and then a phase that meets it. Changes that
    no phase has met when the next one comes would find nothing, and drawing each step for itself draws mostly these.
    """
    indexed, option = st.booleans(), st.sampled_from(["", *OPTIONS])
    change: list[SearchStrategy[Step]] = [st.builds(kind, images, indexed, option) for kind in (UpdateRunImage, PutApp)]
    changes = st.tuples(*(st.lists(each, max_size=1) for each in change))
    act: SearchStrategy[Step] = st.one_of(
        st.builds(Build, st.sampled_from(builds), keeps=st.booleans()),
        st.builds(Rebase, force=st.booleans()),
    )
    turn = st.builds(lambda before, then: [*itertools.chain.from_iterable(before), then], changes, act)
    return st.lists(turn, min_size=2, max_size=TURNS).map(lambda turns: list(itertools.chain.from_iterable(turns)))


def code_of(history: list[Step]) -> str:
    """Give a history as code: one step a line."""
    return "\n".join(["[", *(f"    {step.code()}," for step in history), "]"])


@requirement("phase-any-history")
@pytest.mark.parametrize("whose", ["own-architecture", "any-architecture"])
def test_app_stays_of_one_architecture(
    lifecycle: Lifecycle, storage: StorageScope, build_platform: Platform, examples: Examples, whose: str
) -> None:
    own = [build_platform, *(platform for platform in lifecycle.other_platforms if whose == "any-architecture")]
    foreign = st.lists(st.sampled_from([ARM64, AMD64, S390X]), max_size=2)
    first = st.just(build_platform) if whose == "own-architecture" else st.sampled_from([*own, ARM64, AMD64])
    images = st.builds(lambda one, others: tuple(dict.fromkeys([one, *others])), first, foreign)

    def live(history: list[Step]) -> None:
        History(lifecycle, storage).live(history)

    with expect.positive_control():
        live([Build(build_platform), Rebase()])

    count = -(-examples.count // A_HISTORY_FOR)
    examples.judge(histories(images, own), live, code_of, count=count)
