"""Two runs held against each other, case by case: what is new, mended, newly judged or no longer judged."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from reports.case import Case, Verdict
from reports.results import Results
from reports.summary import judged
from reports.text import clip, counted, one_line

Key = tuple[str, str, str]
"""A case of two runs: its name, the platform and the storage. The Platform API may be another in each."""

_OPEN = frozenset({Verdict.FAIL, Verdict.WARN, Verdict.UNTESTABLE, Verdict.HARNESS_ERROR})
_JUDGED = _OPEN | {Verdict.PASS}
_UNJUDGED = frozenset(Verdict) - _JUDGED


@dataclass(frozen=True)
class Change:
    """A case that is not what it was; None for a run in which it was not judged.

    `why_not` is why it was not judged, where that was said, and `example` the drawn one that did not hold.
    """

    name: str
    platform: str
    requirement: str
    before: Verdict | None
    now: Verdict | None
    why_not: str = ""
    example: str = ""


@dataclass(frozen=True)
class Comparison:
    """What changed from an old run to a new one."""

    old: Results
    new: Results

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Every case that ended in another way, or was judged in one run alone and did not hold there."""
        then, now = _by_key(self.old.cases, _JUDGED), _by_key(self.new.cases, _JUDGED)
        unjudged = _by_key(self.old.cases, _UNJUDGED), _by_key(self.new.cases, _UNJUDGED)
        changes = (_change(key, then.get(key), now.get(key)) for key in sorted({*then, *now}))
        return tuple(_with_reason(change, *unjudged) for change in changes if change)

    def of(self, before: Iterable[Verdict | None], now: Iterable[Verdict | None]) -> tuple[Change, ...]:
        """Give the changes from some of these verdicts to some of those; None is not judged."""
        from_, to = set(before), set(now)
        return tuple(change for change in self.changes if change.before in from_ and change.now in to)

    @property
    def failing(self) -> tuple[Change, ...]:
        """What held, and does not."""
        return self.of([Verdict.PASS], _OPEN)

    @property
    def mended(self) -> tuple[Change, ...]:
        """What did not hold, and does."""
        return self.of(_OPEN, [Verdict.PASS])

    @property
    def otherwise(self) -> tuple[Change, ...]:
        """What holds neither then nor now, and ended in another way."""
        return self.of(_OPEN, _OPEN)

    @property
    def newly_judged(self) -> tuple[Change, ...]:
        """What was not judged then, and does not hold."""
        return self.of([None], _OPEN)

    @property
    def no_longer_judged(self) -> tuple[Change, ...]:
        """What did not hold then, and is not judged now."""
        return self.of(_OPEN, [None])

    @property
    def worse(self) -> bool:
        """Whether a MUST fails in the new run, in a case that did not in the old one."""
        musts = {row.id for row in self.new.rows if row.level == "MUST"}
        return any(change.now is Verdict.FAIL and change.requirement in musts for change in self.changes)


def _by_key(cases: Iterable[Case], verdicts: Collection[Verdict]) -> Mapping[Key, Case]:
    """Give the cases that have one of these verdicts, of several at one key (of other Platform APIs) the gravest."""
    found: dict[Key, Case] = {}
    for case in cases:
        key = (case.name, case.platform, case.storage)
        if case.name and case.verdict in verdicts and (key not in found or found[key].verdict < case.verdict):
            found[key] = case
    return found


def _change(key: Key, before: Case | None, now: Case | None) -> Change | None:
    then = before.verdict if before else None
    today = now.verdict if now else None
    if then is today or {then, today} <= {None, Verdict.PASS}:
        return None
    case = now or before
    failed = now if today in _OPEN else before
    example = _in_a_line(failed.evidence.example) if failed and failed.evidence else ""
    return Change(key[0], key[1], case.requirement if case else "", then, today, example=example)


def _in_a_line(example: Sequence[str]) -> str:
    """Give an example without the remarks around it."""
    text = " ".join(line.strip() for line in example if not line.lstrip().startswith("#"))
    return text.replace("( ", "(").replace(", )", ")")


def _with_reason(change: Change, then: Mapping[Key, Case], now: Mapping[Key, Case]) -> Change:
    """Say of a case that one run did not judge why not, as far as that run does."""
    if None not in (change.before, change.now):
        return change
    cases = (then if change.before is None else now).items()
    reasons = (case.reason for (name, platform, _), case in cases if (name, platform) == (change.name, change.platform))
    return replace(change, why_not=next(reasons, ""))


_REASON = 160
"""Characters of why a case was not judged, and of an example, that are shown."""

_HEADINGS = (
    ("New failures", "failing"),
    ("Mended", "mended"),
    ("Fail in another way", "otherwise"),
    ("Newly judged, and do not hold", "newly_judged"),
    ("Did not hold, and are no longer judged", "no_longer_judged"),
)


def render(comparison: Comparison) -> str:
    """Give the comparison as Markdown, which reads well as text too; one line a case."""
    old, new = comparison.old, comparison.new
    lines = [f"# {one_line(judged(new))}, against {one_line(judged(old))}", ""]
    if old.catalogue.digest != new.catalogue.digest:
        lines += ["The two were judged by other versions of the requirements: a verdict may differ for that.", ""]
    apis = [", ".join(run.lifecycle.platform_apis) if run.lifecycle else "" for run in (old, new)]
    if all(apis) and apis[0] != apis[1]:
        lines += [f"Judged at Platform API {apis[0]} then, {apis[1]} now.", ""]
    for heading, name in _HEADINGS:
        lines += _section(heading, getattr(comparison, name))
    if not comparison.changes:
        lines += ["No case that both judged ended in another way.", ""]
    count = counted(len(comparison.changes), "case differs", "cases differ") or "nothing differs"
    return "\n".join([*lines, f"{count}: {old.verdict.value} then, {new.verdict.value} now.", ""])


def _section(heading: str, changes: Sequence[Change]) -> Iterator[str]:
    if changes:
        yield f"## {heading} ({len(changes)})"
        yield ""
        yield from (f"- `{_quoted(change.name)}` on {one_line(change.platform)}: {_ways(change)}" for change in changes)
        yield ""


def _ways(change: Change) -> str:
    not_judged = f"not judged ({clip(one_line(change.why_not), _REASON)})" if change.why_not else "not judged"
    then, now = (verdict.value if verdict else not_judged for verdict in (change.before, change.now))
    example = f"; of those drawn: `{clip(_quoted(change.example), _REASON)}`" if change.example else ""
    return f"{then}, now {now}{example}"


def _quoted(text: str) -> str:
    """Make text fit to stand in a code span."""
    return one_line(text).replace("`", "'")
