"""Several runs as one: the shares of a run (`--shard`), or the same lifecycle judged as several architectures.

What does not belong together is refused: another suite, other rules, another lifecycle, other options, or a case that
was judged twice and differently.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from msgspec import structs

from reports.about import EnvironmentInfo, LifecycleInfo, ReleaseInfo, Scope, Shard
from reports.case import Case, Verdict
from reports.results import Results


class Unmergeable(ValueError):
    """Runs that are no parts of one; the message says where they differ."""


def merge(runs: Sequence[Results]) -> Results:
    """Give one run of several. Raises Unmergeable.

    Shares have to come of one run; where all are there, nothing is left out that the run itself had not left out.
    """
    if len(runs) < 2:
        raise Unmergeable("one run is whole as it is: name two report directories at least")
    for what, value in _ALIKE.items():
        _alike(what, [value(run) for run in runs])
    sharded = [run.scope.shard is not None for run in runs]
    if any(sharded) and not all(sharded):
        raise Unmergeable("some of the runs are shares (--shard), and some are not")
    first = runs[0]
    environment = _environment([run.environment for run in runs])
    lifecycle = _lifecycle([run.lifecycle for run in runs if run.lifecycle])
    return replace(
        first,
        generated_at=max(run.generated_at for run in runs),
        lifecycle=lifecycle,
        environment=environment,
        release=_release([run.release for run in runs if run.release]),
        cases=_cases(runs, environment),
        selected=frozenset().union(*(run.selected for run in runs)),
        scope=_shares(runs) if all(sharded) else _scope(runs, _is_complete(lifecycle, environment)),
        interrupted=any(run.interrupted for run in runs),
        options=dict(set.intersection(*({*run.options.items()} for run in runs))),
        seconds=max(run.seconds for run in runs),
    )


_ALIKE: Mapping[str, Callable[[Results], Any]] = {
    "the suite": lambda run: run.suite,
    "the requirements": lambda run: run.catalogue,
    "the requirements as shown": lambda run: tuple(structs.replace(row, applies_not="") for row in run.rows),
    "the lifecycle": lambda run: run.lifecycle and (run.lifecycle.name, run.lifecycle.version, run.lifecycle.bundled),
    "what the lifecycle does": lambda run: run.lifecycle and (run.lifecycle.phases, run.lifecycle.lacks),
    "the Platform APIs": lambda run: run.lifecycle and run.lifecycle.platform_apis,
    "the platform source": lambda run: run.lifecycle and run.lifecycle.platform_source,
    "the release": lambda run: run.release and structs.replace(run.release, target="", places=(), not_started={}),
    "the kinds of place": lambda run: run.release and [place.partition(":")[0] for place in run.release.places],
    "the rules": lambda run: run.rules and (run.rules.added, run.rules.changed),
    "the options": lambda run: [each for each in run.scope.by if not each.startswith(("--shard=", "--arch="))],
    "examples and seed": lambda run: run.drawing,
    "the known failures": lambda run: run.known_failures and run.known_failures.sha256,
}
"""What parts of one run have in common. Where things lie is another matter on each machine."""


def _alike(what: str, values: Sequence[Any]) -> None:
    for value in values[1:]:
        if value != values[0]:
            raise Unmergeable(f"these are no parts of one run: {what} of one and of another are not the same")


def _lifecycle(given: Sequence[LifecycleInfo]) -> LifecycleInfo | None:
    if not given:
        return None
    digest: dict[str, str] = {}
    for each in given:
        for name, found in each.digest.items():
            if digest.setdefault(name, found) != found:
                raise Unmergeable(f"these are no parts of one run: {name} is another program in one than in another")
    platforms = tuple(dict.fromkeys(name for each in given for name in each.platforms))
    return structs.replace(given[0], target=_joined(each.target for each in given), platforms=platforms, digest=digest)


def _release(given: Sequence[ReleaseInfo]) -> ReleaseInfo | None:
    """Give the release, with the platforms that no run started programs of."""
    if not given:
        return None
    never = {name: why for name, why in given[0].not_started.items() if all(name in each.not_started for each in given)}
    return structs.replace(given[0], target=_joined(each.target for each in given), not_started=never)


def _environment(given: Sequence[EnvironmentInfo]) -> EnvironmentInfo:
    architectures = {name: how for each in given for name, how in each.architectures.items()}
    left_out = {name: why for each in given for name, why in each.left_out.items() if name not in architectures}
    return structs.replace(
        given[0],
        host=_joined(each.host for each in given),
        registry=_joined(each.registry for each in given),
        abilities=given[0].abilities if all(each.abilities == given[0].abilities for each in given) else {},
        architectures=architectures,
        left_out=left_out,
        notes=tuple(dict.fromkeys(note for each in given for note in each.notes)),
    )


def _joined(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))


def _cases(runs: Sequence[Results], environment: EnvironmentInfo) -> tuple[Case, ...]:
    """Give every case once. What one run did not run as an architecture that another ran is no case any more."""
    found: dict[str, Case] = {}
    for run in runs:
        for case in run.cases:
            architecture = case.platform.removeprefix("linux/")
            if architecture in run.environment.left_out and architecture in environment.architectures:
                continue
            known = found.get(case.id, case)
            found[case.id] = case if known.verdict is Verdict.NOT_RUN else known
            if known.verdict is not case.verdict and Verdict.NOT_RUN not in (known.verdict, case.verdict):
                verdicts = f"{known.verdict.value} and {case.verdict.value}"
                raise Unmergeable(f"{case.name or case.id} was judged twice, and differently: {verdicts}")
    return tuple(found.values())


def _is_complete(lifecycle: LifecycleInfo | None, environment: EnvironmentInfo) -> bool:
    """Whether a lifecycle was run as all that it is judged as where nothing is asked for."""
    ran = {f"linux/{name.removeprefix('linux/')}" for name in environment.architectures}
    return lifecycle is None or ran.issuperset(lifecycle.platforms)


def _scope(runs: Sequence[Results], complete: bool) -> Scope:
    """Give the scope of runs as several architectures: each left out what it left out.

    Where they are all the architectures that there are together, that each had been asked for some narrows nothing.
    """
    every = dict.fromkeys(each for run in runs for each in run.scope.by)
    by = tuple(each for each in every if not (complete and each.startswith("--arch=")))
    left_out: Counter[str] = Counter()
    for run in runs:
        left_out.update(run.scope.left_out)
    return Scope(by, dict(left_out))


def _shares(runs: Sequence[Results]) -> Scope:
    """Give the scope of shares of one run. Raises Unmergeable where they are of several, or one is there twice."""
    shards = [run.scope.shard for run in runs if run.scope.shard]
    first = shards[0]
    _alike("the number of shares", [shard.of for shard in shards])
    _alike("what was dealt", [shard.dealt for shard in shards])
    _alike("what else was left out", [_besides(run) for run in runs])
    if any(run.lifecycle and runs[0].lifecycle and run.lifecycle.digest != runs[0].lifecycle.digest for run in runs):
        raise Unmergeable("these are no shares of one run: the programs of one are not those of another")
    numbers = sorted(number for shard in shards for number in shard.numbers)
    if len(set(numbers)) < len(numbers):
        raise Unmergeable(f"a share is there twice: {', '.join(map(str, numbers))} of {first.of}")
    judged: Counter[str] = Counter()
    for shard in shards:
        judged.update({name: count - shard.others.get(name, 0) for name, count in shard.dealt.items()})
    others = {name: count - judged[name] for name, count in first.dealt.items() if count > judged[name]}
    by = tuple(each for each in runs[0].scope.by if not each.startswith("--shard="))
    left_out = dict(Counter(_besides(runs[0])) + Counter(others))
    if len(numbers) == first.of:
        return Scope(by, left_out)
    rest = Shard(numbers=tuple(numbers), of=first.of, dealt=first.dealt, others=others)
    return Scope((*by, rest.name), left_out, rest)


def _besides(run: Results) -> dict[str, int]:
    """Give how many cases a share left out that no share has."""
    others = run.scope.shard.others if run.scope.shard else {}
    rest = {name: count - others.get(name, 0) for name, count in run.scope.left_out.items()}
    return {name: count for name, count in rest.items() if count}
