"""The command, `lifecycle-conformance`: runs the suite, and does what is done with results and requirements."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn

from conformance import emulators, showing
from conformance.naming import NAME
from conformance.refused import Refused
from reports import badge, compare, document, known_failures, markdown, merge, terminal, write_known_failures
from reports.every import subscribe
from reports.json_file import JsonFile, ResultsError, load
from reports.results import Results
from reports.subscribers import ReportOptions
from suites.requirements.catalogue import CatalogueError

WRONG_USAGE = 4


class _Parser(argparse.ArgumentParser):
    """A parser whose wrong usage ends with the suite's own status for it; it takes no word for a longer one."""

    def __init__(self, **how: Any) -> None:
        super().__init__(allow_abbrev=False, **how)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong in a line, and end."""
        self.exit(WRONG_USAGE, f"{self.prog}: {message} ({self.prog} --help)\n")


_WRONG = (
    Refused,
    ResultsError,
    CatalogueError,
    badge.NoBadge,
    known_failures.KnownFailuresError,
    showing.NoSuchThing,
    merge.Unmergeable,
    write_known_failures.NothingToWrite,
)
"""What is said in one line, as wrong usage."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Do what a command line asks for, and end with its status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if isinstance(sys.stdout, TextIOWrapper):
        # A sign that an old terminal does not have is no reason to end; and who reads a log reads it while it grows.
        sys.stdout.reconfigure(errors="backslashreplace", line_buffering=True)
    try:
        status = _act(words)
    except _WRONG as error:
        _say(f"{NAME}: {error}")
        status = WRONG_USAGE
    except BrokenPipeError:
        status = 0
    sys.exit(status)


def _act(words: list[str]) -> int:
    if words[:1] == ["run"]:
        from conformance import running  # noqa: PLC0415 - who asks for less does not pay for a run

        return running.main(_own("run", _RUN), words[1:])
    if words[:1] == ["doctor"]:
        from conformance import doctor  # noqa: PLC0415 - as above

        return doctor.main(_own("doctor", _DOCTOR), words[1:], _print)
    given = parser().parse_args(words)
    act: Callable[[argparse.Namespace], int] = given.act
    return act(given)


def _own(name: str, text: str) -> argparse.ArgumentParser:
    """Give the parser of a command that has one of its own."""
    return _Parser(prog=f"{NAME} {name}", description=f"{text[0].upper()}{text[1:]}.")


def results_in(place: str) -> Results:
    """Read the results of a run, given as its report directory or as its results.json. Raises ResultsError."""
    path = Path(place)
    return load(path / JsonFile.file if path.is_dir() else path)


_RUN = "judge a lifecycle, or what its release ships"
_DOCTOR = "say what this machine can judge, and how to get what is missing"


def parser() -> argparse.ArgumentParser:
    """Give the parser of all commands but `run`, which has one of its own."""
    parser = _Parser(prog=NAME, description="Conformance of lifecycles to the architecture rules of Buildpacks.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    commands.add_parser("run", help=_RUN)
    commands.add_parser("doctor", help=_DOCTOR, description=f"{_DOCTOR[0].upper()}{_DOCTOR[1:]}.")
    for add in (
        *(_add_list, _add_explain, _add_show, _add_report, _add_compare, _add_merge, _add_known_failures),
        *(_add_emulators, _add_schema),
    ):
        add(commands)
    return parser


def _command(commands: Any, name: str, act: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
    parser.set_defaults(act=act)
    return parser


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="where to write it; else it is printed")


def _add_list(commands: Any) -> None:
    parser = _command(commands, "list", _list, "list the requirements, one a line")
    parser.add_argument("--requirements", metavar="FILE", type=Path, help="with the rows of this file")


def _list(given: argparse.Namespace) -> int:
    _put(showing.listed(given.requirements), None)
    return 0


def _add_explain(commands: Any) -> None:
    parser = _command(commands, "explain", _explain, "say what a requirement asks for, and where that stands")
    parser.add_argument("requirement", metavar="REQUIREMENT|CASE")
    parser.add_argument("--requirements", metavar="FILE", type=Path, help="with the rows of this file")


def _explain(given: argparse.Namespace) -> int:
    _put(showing.explained(given.requirement, given.requirements), None)
    return 0


def _add_show(commands: Any) -> None:
    parser = _command(commands, "show", _show, "tell what an earlier run found of a requirement, or of one case")
    parser.add_argument("name", metavar="REQUIREMENT|CASE")
    parser.add_argument("results", metavar="DIR", nargs="?", default="out", help="the report directory; default: out")


def _show(given: argparse.Namespace) -> int:
    _put(showing.story(results_in(given.results), given.name), None)
    return 0


def _add_report(commands: Any) -> None:
    parser = commands.add_parser("report", help="make a page, a summary or a badge of earlier runs")
    kinds = parser.add_subparsers(metavar="KIND", required=True)
    page = _command(kinds, "html", _page, "one page of a run, or of several side by side")
    page.add_argument("results", metavar="DIR", nargs="+", help="report directories, or results.json files")
    for name, act, text in (
        ("markdown", _markdown, "a summary of a run for a CI job or a comment"),
        ("badge", _badge, "a badge of a whole run, as shields.io's endpoint reads it"),
    ):
        kind = _command(kinds, name, act, text)
        kind.add_argument("results", metavar="DIR", help="the report directory, or its results.json")
        _add_output(kind)
    _add_output(page)


def _page(given: argparse.Namespace) -> int:
    from reports.html.page import render  # noqa: PLC0415 - only who asks for a page pays for what makes it

    _put(render([results_in(place) for place in given.results]).decode(), given.output)
    return 0


def _markdown(given: argparse.Namespace) -> int:
    _put(markdown.render(results_in(given.results)), given.output)
    return 0


def _badge(given: argparse.Namespace) -> int:
    _put(badge.render(results_in(given.results)), given.output)
    return 0


def _add_compare(commands: Any) -> None:
    parser = _command(commands, "compare", _compare, "hold two runs against each other; 1 where a MUST fails anew")
    parser.add_argument("old", metavar="OLD", help="the report directory of the earlier run, or its results.json")
    parser.add_argument("new", metavar="NEW", help="that of the later one")
    _add_output(parser)


def _compare(given: argparse.Namespace) -> int:
    found = compare.Comparison(results_in(given.old), results_in(given.new))
    _put(compare.render(found), given.output)
    return 1 if found.worse else 0


def _add_merge(commands: Any) -> None:
    parser = _command(commands, "merge", _merge, "make one run of its shares, or of several architectures; its status")
    parser.add_argument("results", metavar="DIR", nargs="+", help="report directories, or results.json files")
    parser.add_argument("-o", "--output", metavar="DIR", type=Path, required=True, help="where to leave its reports")


def _merge(given: argparse.Namespace) -> int:
    merged = merge.merge([results_in(place) for place in given.results])
    try:
        given.output.mkdir(parents=True, exist_ok=True)
        for report in subscribe(ReportOptions(given.output, say=_print)):
            if path := report.run_finished(merged):
                report.options.written.paths.append(path)
    except OSError as error:
        raise Refused(f"{given.output}: can't be written: {error.strerror}") from error
    return merged.exit_status


def _add_emulators(commands: Any) -> None:
    parser = commands.add_parser("emulators", help="let this machine run programs of other architectures, or no longer")
    inner = parser.add_subparsers(metavar="COMMAND", required=True)
    add = "install qemu-user-static and register it, as root, and get what the reference lifecycle takes"
    _command(inner, "add", lambda _: emulators.add(), add)
    _command(inner, "remove", lambda _: emulators.remove(), "take back what was registered, and nothing else")


def _add_schema(commands: Any) -> None:
    parser = _command(commands, "schema", _schema, "print the JSON Schema of what the suite reads or writes")
    parser.add_argument("name", choices=("results", "known-failures"))


def _schema(given: argparse.Namespace) -> int:
    made = document.schema() if given.name == "results" else known_failures.schema()
    _put(json.dumps(made, indent=2) + "\n", None)
    return 0


def _add_known_failures(commands: Any) -> None:
    parser = commands.add_parser("known-failures", help="what a project fails today, and may fail")
    inner = parser.add_subparsers(metavar="COMMAND", required=True)
    write = _command(inner, "write", _write_known_failures, "write the file from a whole run")
    write.add_argument("results", metavar="DIR", help="the report directory of a whole run, or its results.json")
    write.add_argument("--reason", required=True, help="why what is not listed yet may fail: a sentence")
    write.add_argument("--update", metavar="FILE", type=Path, help="keep the reasons of this file, drop what is mended")
    _add_output(write)
    check = _command(
        inner, "check", _check_known_failures, "hold a file against an earlier run: 0 where the gate is met"
    )
    check.add_argument("file", metavar="FILE", type=Path)
    check.add_argument("results", metavar="DIR", help="the report directory, or its results.json")


def _write_known_failures(given: argparse.Namespace) -> int:
    if not given.reason.strip():
        raise Refused("--reason is given but empty: say why these may fail")
    results = results_in(given.results)
    old = known_failures.load(given.update) if given.update else None
    entries = write_known_failures.entries_of(results, given.reason.strip(), old)
    _put(write_known_failures.render(entries, results), given.output)
    if given.output:
        _say(f"{given.output}: {len(entries)} {'entry' if len(entries) == 1 else 'entries'}")
    return 0


def _check_known_failures(given: argparse.Namespace) -> int:
    known = known_failures.load(given.file)
    results = replace(results_in(given.results), known_failures=known)
    ids, names = [row.id for row in results.rows], [case.name for case in results.cases]
    if problems := list(known.problems(ids, names)):
        raise Refused(f"{given.file}: {'; '.join(problems)}")
    _put(terminal.gate_of(results), None)
    return results.exit_status


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _put(text: str, output: Path | None) -> None:
    """Write text to a file, or print it. Raises Refused."""
    if output is None:
        sys.stdout.write(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Refused(f"{output}: can't be written: {error.strerror}") from error
