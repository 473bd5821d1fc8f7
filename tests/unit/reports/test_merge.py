"""Several runs as one: what makes a whole, and what does not belong together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from reports.about import CatalogueInfo, Drawing, EnvironmentInfo, ReleaseInfo, Rules, Scope, Shard, SuiteInfo
from reports.case import Case, Verdict
from reports.json_file import JsonFile, load
from reports.known_failures import KnownFailures
from reports.merge import Unmergeable, merge
from reports.results import LifecycleVerdict, Results
from reports.subscribers import ReportOptions

PASS, FAIL, NOT_RUN = Verdict.PASS, Verdict.FAIL, Verdict.NOT_RUN
Make = Callable[..., Any]
OF = 3


@pytest.fixture
def cases(make_case: Make) -> list[Case]:
    """Give the cases of a run that is dealt out: seven, of two requirements."""
    return [make_case("must-one", PASS, f"{n}") for n in range(5)] + [
        make_case("must-two", PASS, f"{n}") for n in (1, 2)
    ]


def counts(cases: Iterable[Case]) -> dict[str, int]:
    found: dict[str, int] = {}
    for case in cases:
        found[case.requirement] = found.get(case.requirement, 0) + 1
    return found


def dealt(make_results: Make, cases: list[Case], *, by: tuple[str, ...] = (), besides: int = 0) -> list[Results]:
    """Give the shares of a run. So many cases of must-two were left out by something else."""
    found = []
    for number in range(1, OF + 1):
        kept = cases[number - 1 :: OF]
        others = counts(case for case in cases if case not in kept)
        left_out = {**others, "must-two": others.get("must-two", 0) + besides}
        shard = Shard(numbers=(number,), of=OF, dealt=counts(cases), others=others)
        scope = Scope((*by, shard.name), {name: count for name, count in left_out.items() if count}, shard)
        found.append(replace(make_results(kept), scope=scope))
    return found


def test_all_shares_are_the_whole_run(make_results: Make, cases: list[Case]) -> None:
    shares = dealt(make_results, cases)
    assert all(share.exit_status == 6 for share in shares)

    whole = merge(shares)

    assert (whole.verdict, whole.exit_status, whole.scope) == (LifecycleVerdict.CONFORMANT, 0, Scope())
    assert sorted(case.id for case in whole.cases) == sorted(case.id for case in cases)
    assert whole.selected == {"must-one", "must-two"}


def test_order_in_which_shares_are_named_is_no_matter(make_results: Make, cases: list[Case]) -> None:
    shares = dealt(make_results, cases)

    assert merge(shares[::-1]).scope == Scope()


def test_some_shares_are_a_part_that_says_which_and_can_be_merged_on(make_results: Make, cases: list[Case]) -> None:
    one, two, three = dealt(make_results, cases)

    part = merge([one, three])

    assert part.scope.by == ("--shard=1,3/3",)
    assert sum(part.scope.left_out.values()) == len(two.cases)
    assert part.exit_status == 6
    assert merge([part, two]).scope == Scope()


def test_what_else_was_left_out_stays_so(make_results: Make, cases: list[Case]) -> None:
    whole = merge(dealt(make_results, cases, by=("-k x",), besides=4))

    assert whole.scope == Scope(("-k x",), {"must-two": 4})


def test_share_that_failed_fails_the_whole(make_results: Make, make_case: Make, cases: list[Case]) -> None:
    cases[3] = make_case("must-one", FAIL, "3")

    assert merge(dealt(make_results, cases)).exit_status == 1


def test_share_that_was_interrupted_interrupts_the_whole(make_results: Make, cases: list[Case]) -> None:
    one, *others = dealt(make_results, cases)

    assert merge([replace(one, interrupted=True), *others]).exit_status == 2


def test_shares_are_the_same_after_they_were_written_and_read(
    make_results: Make, cases: list[Case], tmp_path: Path
) -> None:
    read = []
    for number, share in enumerate(dealt(make_results, cases)):
        JsonFile(ReportOptions(tmp_path / f"{number}")).run_finished(share)
        read.append(load(tmp_path / f"{number}" / "results.json"))

    assert merge(read).scope == Scope()


# --- several architectures ---


def elsewhere(results: Results, architecture: str) -> Results:
    """Give the same run as another architecture, on a machine of that one."""
    cases = tuple(
        structs.replace(case, id=case.id.replace("[", f"[{architecture}-"), platform=f"linux/{architecture}")
        for case in results.cases
    )
    assert results.lifecycle
    digest = {f"linux/{architecture}/rebaser": f"sha256:{3:064x}"}
    environment = EnvironmentInfo(
        host=f"linux/{architecture}",
        registry="embedded",
        architectures={architecture: "native"},
        left_out={"amd64": "nothing here runs it"},
    )
    lifecycle = structs.replace(results.lifecycle, digest=digest, target="other.tgz")
    return replace(results, cases=cases, lifecycle=lifecycle, environment=environment)


def test_runs_as_several_architectures_are_one(make_results: Make, make_case: Make) -> None:
    never = structs.replace(make_case("must-one", NOT_RUN, "arm64"), platform="linux/arm64")
    here = make_results([make_case("must-one", PASS), never])
    here = replace(here, environment=structs.replace(here.environment, left_out={"arm64": "nothing here runs it"}))

    both = merge([here, elsewhere(make_results([make_case("must-one", FAIL)]), "arm64")])

    assert both.environment.architectures == {"amd64": "native", "arm64": "native"}
    assert both.environment.left_out == {}
    assert sorted(case.verdict.value for case in both.cases) == ["fail", "pass"]
    assert both.lifecycle
    assert sorted(both.lifecycle.digest) == ["linux/amd64/rebaser", "linux/arm64/rebaser"]
    assert both.lifecycle.target == "dir:/opt/lifecycle, other.tgz"


def on_request(results: Results, *, arch: str, of: tuple[str, ...]) -> Results:
    """Give the same run where it was asked for by --arch, of a lifecycle that is judged as all these."""
    lifecycle = results.lifecycle and structs.replace(results.lifecycle, platforms=of)
    options = {"arch": arch, "registry": "embedded"}
    return replace(results, lifecycle=lifecycle, scope=Scope((f"--arch={arch}",)), options=options)


def test_all_architectures_together_are_no_part(make_results: Make, make_case: Make) -> None:
    here = make_results([make_case("must-one", PASS)])
    there = elsewhere(here, "arm64")
    of = ("linux/amd64", "linux/arm64")

    both = merge([on_request(here, arch="amd64", of=of), on_request(there, arch="arm64", of=of)])

    assert (both.scope, both.exit_status) == (Scope(), 0)
    assert both.options == {"registry": "embedded"}


def test_some_architectures_are_a_part_still(make_results: Make, make_case: Make) -> None:
    here = make_results([make_case("must-one", PASS)])
    of = ("linux/amd64", "linux/arm64", "linux/s390x")

    both = merge([on_request(here, arch="amd64", of=of), on_request(elsewhere(here, "arm64"), arch="arm64", of=of)])

    assert both.scope.by == ("--arch=amd64", "--arch=arm64")


def test_shares_of_each_architecture_are_merged_first(make_results: Make, cases: list[Case]) -> None:
    of = ("linux/amd64", "linux/arm64")

    def on(architecture: str) -> Results:
        shares = dealt(make_results, cases, by=(f"--arch={architecture}",))
        whole = merge([share if architecture == "amd64" else elsewhere(share, architecture) for share in shares])
        return replace(whole, lifecycle=whole.lifecycle and structs.replace(whole.lifecycle, platforms=of))

    both = merge([on("amd64"), on("arm64")])

    assert (both.scope, both.exit_status, len(both.cases)) == (Scope(), 0, 2 * len(cases))


# --- a release, wherever it lies ---


def of_a_release(results: Results, place: str, content: int = 1, kind: str = "archives") -> Results:
    """Give the same run of a release that lies somewhere, and is known by its content."""
    digest = {"x.tgz": f"sha256:{content:064x}"}
    target = f"release:{place}"
    release = ReleaseInfo(target=target, places=(f"{kind}:{place}",), names="today", platforms=(), digest=digest)
    return replace(results, release=release, rules=Rules(f"{place}/rules.toml", changed=("must-one",)))


def test_release_is_the_same_wherever_it_lies(make_results: Make, cases: list[Case]) -> None:
    shares = dealt(make_results, cases)
    known = KnownFailures(file="known.toml", sha256="0" * 64)
    given = [
        replace(of_a_release(share, f"/{n}/dist"), known_failures=structs.replace(known, file=f"{n}.toml"))
        for n, share in enumerate(shares)
    ]

    whole = merge(given)

    assert whole.scope == Scope()
    assert whole.release
    assert whole.release.target == "release:/0/dist, release:/1/dist, release:/2/dist"


@pytest.mark.parametrize("how", [{"content": 2}, {"kind": "checkout"}])
def test_release_of_another_content_is_another(make_results: Make, cases: list[Case], how: dict[str, Any]) -> None:
    one, *others = dealt(make_results, cases)

    with pytest.raises(Unmergeable, match=r"the release|the kinds of place"):
        merge([of_a_release(one, "/dist", **how), *(of_a_release(other, "/dist") for other in others)])


# --- what does not belong together ---

CHANGES: dict[str, Callable[[Results], Results]] = {
    "the suite": lambda run: replace(run, suite=SuiteInfo(version="0.2.0")),
    "the requirements": lambda run: replace(run, catalogue=CatalogueInfo(digest=f"sha256:{9:064x}")),
    "the lifecycle": lambda run: replace(run, lifecycle=run.lifecycle and structs.replace(run.lifecycle, version="9")),
    "the Platform APIs": lambda run: replace(
        run, lifecycle=run.lifecycle and structs.replace(run.lifecycle, platform_apis=("0.14",))
    ),
    "is another program": lambda run: replace(
        run,
        lifecycle=run.lifecycle and structs.replace(run.lifecycle, digest={"linux/amd64/rebaser": f"sha256:{8:064x}"}),
    ),
    "the programs of one": lambda run: replace(
        run, lifecycle=run.lifecycle and structs.replace(run.lifecycle, digest={})
    ),
    "examples and seed": lambda run: replace(run, drawing=Drawing(3, 1)),
    "the options": lambda run: replace(run, scope=structs.replace(run.scope, by=("-k x", *run.scope.by))),
    "the known failures": lambda run: replace(run, known_failures=KnownFailures(file="x.toml", sha256="0" * 64)),
    "some of the runs are shares": lambda run: replace(run, scope=Scope()),
    "what was dealt": lambda run: replace(
        run, scope=structs.replace(run.scope, shard=run.scope.shard and structs.replace(run.scope.shard, dealt={}))
    ),
    "the number of shares": lambda run: replace(
        run, scope=structs.replace(run.scope, shard=run.scope.shard and structs.replace(run.scope.shard, of=4))
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_is_no_part_of_the_same_run_is_refused(make_results: Make, cases: list[Case], what: str) -> None:
    one, two, three = dealt(make_results, cases)

    with pytest.raises(Unmergeable, match=what):
        merge([one, CHANGES[what](two), three])


def test_share_that_is_there_twice_is_refused(make_results: Make, cases: list[Case]) -> None:
    one, _, three = dealt(make_results, cases)

    with pytest.raises(Unmergeable, match="a share is there twice: 1, 1, 3 of 3"):
        merge([one, one, three])


def test_case_that_was_judged_twice_and_differently_is_refused(make_results: Make, make_case: Make) -> None:
    one, other = make_results([make_case("must-one", PASS)]), make_results([make_case("must-one", FAIL)])

    with pytest.raises(Unmergeable, match="judged twice, and differently: pass and fail"):
        merge([one, other])


def test_case_that_one_run_could_not_judge_is_as_the_other_judged_it(make_results: Make, make_case: Make) -> None:
    one, other = make_results([make_case("must-one", NOT_RUN)]), make_results([make_case("must-one", PASS)])

    for runs in ([one, other], [other, one]):
        assert [case.verdict for case in merge(runs).cases] == [PASS]


def test_one_run_is_none_to_merge(make_results: Make) -> None:
    with pytest.raises(Unmergeable, match="name two"):
        merge([make_results([])])
