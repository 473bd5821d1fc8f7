"""junit.xml: the cases as CI systems read them. It is red where the exit status is not 0, and only there.

What is known to fail is skipped in it, with its reason.
"""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence

from reports import failure
from reports.case import NO_ROW, NOTABLE, Case, RequirementSummary, Verdict
from reports.known_failures import Entry
from reports.results import Outcome, Results
from reports.subscribers import FileReport
from reports.summary import summary
from reports.text import one_line

SUITE = "lifecycle-arch-conformance"

_CHILD = {
    Verdict.FAIL: "failure",
    Verdict.UNTESTABLE: "error",
    Verdict.HARNESS_ERROR: "error",
    Verdict.NOT_APPLICABLE: "skipped",
    Verdict.NOT_RUN: "skipped",
}
_RED = ("failure", "error")


class JunitFile(FileReport):
    """junit.xml."""

    file = "junit.xml"

    def render(self, results: Results) -> bytes:
        """Give the document, as `render` does."""
        return render(results)


def render(results: Results) -> bytes:
    """Give the JUnit document: a test suite per phase, a test case per case.

    A requirement without any case stands there as one test case: skipped with its reason, or in error where it is a
    MUST that was asked for; a MUST that was judged only in part has one more, in error. Where nothing else says that
    the exit status is not 0, the run itself has a test case that does. Characters that XML forbids are escaped.
    """
    root = ET.Element("testsuites", name=SUITE)
    outcomes = results.outcomes
    for phase in dict.fromkeys(outcome.row.phase for outcome in outcomes):
        of_phase = [outcome for outcome in outcomes if outcome.row.phase == phase]
        _suite(root, phase, [case for outcome in of_phase for case in _testcases(results, outcome)])
    homeless = [_testcase(NO_ROW, case) for case in results.harness_errors if not case.requirement]
    if homeless:
        _suite(root, NO_ROW.phase, homeless)
    if results.exit_status and not any(element.tag in _RED for element in root.iter()):
        _suite(root, "run", [_in_error(NO_ROW, "verdict", summary(results))])
    _totals(root, list(root))
    ET.indent(root, " ")
    stream = io.BytesIO()
    ET.ElementTree(root).write(stream, encoding="utf-8", xml_declaration=True)
    return stream.getvalue() + b"\n"


def _suite(root: ET.Element, name: str, testcases: Iterable[ET.Element]) -> None:
    suite = ET.SubElement(root, "testsuite", name=name)
    suite.extend(testcases)
    cases = list(suite)
    suite.set("tests", str(len(cases)))
    for counter, child in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(counter, str(sum(case.find(child) is not None for case in cases)))
    suite.set("time", f"{sum(float(case.get('time', '0')) for case in cases):.3f}")


def _totals(root: ET.Element, suites: Sequence[ET.Element]) -> None:
    for counter in ("tests", "failures", "errors", "skipped"):
        root.set(counter, str(sum(int(suite.get(counter, "0")) for suite in suites)))
    root.set("time", f"{sum(float(suite.get('time', '0')) for suite in suites):.3f}")


def _testcases(results: Results, outcome: Outcome) -> list[ET.Element]:
    row, verdict, gate = outcome.row, outcome.verdict, results.gate
    found = [_testcase(row, case, gate.entry_of(case) if gate else None) for case in outcome.cases]
    missing = row.level == "MUST" and results.is_open(outcome)
    if missing and not any(case.find(child) is not None for case in found for child in _RED):
        found.append(_in_error(row, f"requirements.{row.phase}", outcome.reason, verdict))
    elif not found:
        element = _element(row, f"requirements.{row.phase}", row.id, verdict, 0.0)
        ET.SubElement(element, "skipped", message=one_line(outcome.reason))
        found.append(element)
    return found


def _in_error(row: RequirementSummary, classname: str, reason: str, verdict: Verdict = Verdict.NOT_RUN) -> ET.Element:
    element = _element(row, classname, row.id or "run", verdict, 0.0)
    ET.SubElement(element, "error", message=one_line(reason), type=verdict.value)
    return element


def _testcase(row: RequirementSummary, case: Case, known: Entry | None = None) -> ET.Element:
    path, _, name = case.id.partition("::")
    module = path.removesuffix(".py").replace("/", ".").replace("\\", ".")
    element = _element(row, module, name or case.id, case.verdict, case.seconds)
    message, child = failure.message(row, case), "skipped" if known else _child(row, case)
    if child:
        headline = one_line(f"known: {known.reason}") if known else _headline(row, case)
        inner = ET.SubElement(element, child, message=headline)
        if case.verdict in NOTABLE:
            inner.set("type", case.verdict.value)
            inner.text = message
    elif message:
        ET.SubElement(element, "system-out").text = f"{case.verdict.value}: {message}"
    return element


def _child(row: RequirementSummary, case: Case) -> str:
    """Give the element that says how a case ended; a requirement that is no MUST keeps nobody from being conformant."""
    child = _CHILD.get(case.verdict, "")
    grave = row.level == "MUST" or case.verdict is Verdict.HARNESS_ERROR
    return "skipped" if child in _RED and not grave else child


def _headline(row: RequirementSummary, case: Case) -> str:
    if case.verdict not in NOTABLE:
        return one_line(case.reason) or case.verdict.value
    return one_line(f"{row.id}: {row.statement}") if row.id else one_line(case.reason[:200])


def _element(row: RequirementSummary, classname: str, name: str, verdict: Verdict, seconds: float) -> ET.Element:
    element = ET.Element("testcase", classname=one_line(classname), name=one_line(name), time=f"{seconds:.3f}")
    properties = ET.SubElement(element, "properties")
    facts = {"requirement": row.id, "verdict": verdict.value, "authority": row.authority, "level": row.level}
    for key, value in facts.items():
        if value:
            ET.SubElement(properties, "property", name=key, value=one_line(value))
    return element
