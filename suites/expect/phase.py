"""What a phase ought to do: succeed, or refuse, and end by itself either way."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.lifecycle.phases import Kind, in_words
from fixtures.lifecycle.run import BuildRun, PhaseRun
from suites.expect.outcomes import NotApplicable, NotRun, holds, positive_control
from suites.expect.writes import nothing_changed, was_written

Run = TypeVar("Run", PhaseRun, BuildRun)

_CRASH = re.compile(
    r"^(goroutine \d+ \[|runtime stack:$|Traceback \(most recent call last\):|thread '.*' panicked at )"
    r"|: exec format error$",
    re.MULTILINE | re.IGNORECASE,
)
"""What a Go, Python or Rust program leaves behind when it crashes, and what the kernel says of a foreign one.

It is the stacks that tell: "fatal error: " and "panic: " may as well begin the message of a refusal.
"""

_SIGNALS_OF_A_CRASH = range(129, 160)
"""Exit statuses with which a shell reports that a signal ended the program."""


def trace_of_a_crash(output: str) -> str:
    """Give what in the output of a process is the trace of a crash, "" where nothing is."""
    found = _CRASH.search(output)
    return found.group(0).strip() if found else ""


def succeeded(run: Run) -> Run:
    """Raise NonConforming unless every phase exited with 0 and left what it is there to leave."""
    for each in run.runs:
        _succeeded(each)
    return run


def _succeeded(run: PhaseRun) -> None:
    supports_buildpack_api(run)
    exited_with_0(run)
    if Kind.ANALYZED in run.phase.writes:
        holds(run.analyzed.run_image_reference, "analyzed.toml to name a run image", "no [run-image].reference")
    for output in run.outputs:
        now, expected = run.after.get(output), f"{output} to be written"
        holds(now, expected, f"{run.ending}, and no such tag")
        written = was_written(run, output) or now != run.before.get(output)
        holds(written, expected, f"{run.ending}, and the tag is what it was")


def exited_with_0(run: PhaseRun) -> None:
    """Raise NonConforming unless the exit status is 0, whatever was left."""
    holds(run.status == 0, f"{run.phase} to succeed", run.ending)


def supports_buildpack_api(run: PhaseRun) -> None:
    """Raise NotRun where the phase says that it does not support the Buildpack API of the buildpack there is."""
    if run.lacks_buildpack_api:
        raise NotRun(run.lacks_buildpack_api)


def control(run: Run) -> Run:
    """Raise Untestable unless it succeeded: these are the case's images without the mismatch."""
    with positive_control():
        return succeeded(run)


def control_once(lifecycle: Lifecycle, name: str, attempt: Callable[[], PhaseRun]) -> None:
    """Raise Untestable unless a positive control succeeds whose images are the same in many cases.

    It is run by the first case of a worker that asks, and by each that follows for as long as it fails.
    """
    key = f"{name} as {lifecycle.platform} at {lifecycle.api}"
    if key not in lifecycle.controls:
        control(attempt())
        lifecycle.controls.add(key)


def refused(run: PhaseRun | BuildRun) -> None:
    """Raise NonConforming unless the last phase refused: a proper exit status, and nothing changed."""
    last = run.runs[-1]
    holds(last.status != 0, f"{last.phase} to refuse", f"{last.ending}{_written(last)}")
    proper_exit_status(last)
    nothing_changed(last)


def refused_by(phase: str, build: BuildRun) -> None:
    """Raise NonConforming unless it was this phase that refused, and the analyzer, if not it, that succeeded."""
    if phase == "exporter":
        succeeded(build.analyzer)
        refused(build)
    else:
        refused(build.analyzer)


def not_judged_if_accepted(run: PhaseRun) -> None:
    """Raise NotApplicable where it exited with 0: whether it had to refuse is another requirement's matter."""
    if run.status == 0:
        raise NotApplicable(f"the {run.phase} accepted this, and what holds is about a refusal")


def not_judged_if_refused(run: PhaseRun) -> PhaseRun:
    """Raise NotApplicable where it refused: whether it had to accept is another requirement's matter.

    Raises NonConforming where it neither refused nor succeeded.
    """
    proper_exit_status(run)
    if run.status:
        raise NotApplicable(f"the {run.phase} refused this, and what holds is about what it makes")
    return succeeded(run)


def proper_exit_status(run: PhaseRun) -> None:
    """Raise NonConforming unless it ended by itself, without a crash, with a status of a refusal or success."""
    no_crash(run)
    if run.status:
        ranges = in_words(run.phase.refusals(run.api))
        proper = run.phase.may_refuse_with(run.status, run.api)
        holds(proper, f"an exit status of {run.phase} at Platform API {run.api}: {ranges}", run.ending)


def no_crash(run: PhaseRun) -> None:
    """Raise NonConforming where a signal, the deadline, a panic or a traceback ended it."""
    expected = f"{run.phase} to end by itself, without a crash"
    holds(run.status is not None and run.status >= 0, expected, run.ending)
    holds(run.status not in _SIGNALS_OF_A_CRASH, expected, run.ending)
    if run.status:
        trace = trace_of_a_crash(run.output)
        holds(not trace, expected, f"{run.ending}, with {trace!r} in its output")


def _written(run: PhaseRun) -> str:
    """Tell of the images that it left under the tags that it was asked to write."""
    return "".join(
        f"; {run.changes[output]}" for output in run.outputs if run.after.get(output) and output in run.changes
    )
