"""Lifecycles that do nothing of what they are asked: none of them passes anything."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.plugins import first_and_last, two_of_each
from tests.support.runs import EMBEDDED, SUCCEEDS, Run, lifecycle_of_scripts, run_suite
from tests.support.sampled import but_few

FAILS = "#!/bin/sh\nexit 1\n"
REFUSES = "#!/bin/sh\necho 'ERROR: failed to export: no run image fits the platform' >&2\nexit 62\n"
REFUSES_IN_RANGE = """\
#!/bin/sh
echo 'WARNING: nothing fits' >&2
case "$0" in
*analyzer) exit 32 ;;
*exporter) exit 62 ;;
*rebaser) exit 72 ;;
esac
"""
KNOWS_NO_API = "#!/bin/sh\necho 'ERROR: the Platform API is not supported' >&2\nexit 11\n"
IS_KILLED = "#!/bin/sh\nkill -KILL $$\n"
PRINTS_A_MEGABYTE = "#!/bin/sh\nyes 'Warning: the previous image is not used' | head -c 1048576\n"
ASKS = """\
#!/bin/bash
last=${!#}; address=${last%%/*}
if exec 2>/dev/null 3<>"/dev/tcp/${address%:*}/${address#*:}"; then
    printf 'GET /v2/ HTTP/1.1\\r\\nHost: it\\r\\nConnection: close\\r\\n\\r\\n' >&3
    cat <&3 >/dev/null
fi
"""
"""What a script begins with that asks the registry for something before it fails: so it gets past the smoke run."""


def having_asked(script: str) -> str:
    """Give the script that asks the registry whether it is there, and then does what this one does."""
    return ASKS + script.partition("\n")[2]


HANGS = "#!/bin/sh\nexec sleep 3600\n"
DELETES = f"""\
#!{sys.executable} -IS
import sys
import http.client

def ask(method, reference):
    connection = http.client.HTTPConnection(host, timeout=10)
    connection.request(method, f"/v2/{{repository}}/manifests/{{reference}}")
    return connection.getresponse().getheader("Docker-Content-Digest")

host, _, path = sys.argv[-1].partition("/")
repository, _, tag = path.rpartition(":")
digest = repository and ask("HEAD", tag)
if digest:
    ask("DELETE", digest)
sys.exit(STATUS)
"""


@dataclass(frozen=True)
class Null:
    """A lifecycle whose programs are all the same useless script.

    `seen` stands in some message where the script did what its name says. As the gravest verdict of the cases of a
    requirement is its own, "passes nothing" takes two of them only; whoever is `asked_all` shows that it is so.
    """

    name: str
    script: str
    seen: str
    asked_all: bool = False
    options: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.name


NULLS = (
    Null("succeeds", SUCCEEDS, "exited with status 0", asked_all=True),
    Null("fails", having_asked(FAILS), "exited with status 1"),
    Null("refuses-in-its-own-range", having_asked(REFUSES_IN_RANGE), "exited with status 32", asked_all=True),
    Null("refuses-with-62", having_asked(REFUSES), "exited with status 62"),
    Null("knows-no-platform-api", KNOWS_NO_API, "exited with status 11"),
    Null("is-killed-by-a-signal", having_asked(IS_KILLED), "ended by signal 9"),
    Null("prints-a-megabyte-of-warnings", PRINTS_A_MEGABYTE, "the previous image is not used"),
    Null("deletes-the-tag-and-succeeds", DELETES.replace("STATUS", "0"), "DELETE"),
    Null("deletes-the-tag-and-fails", DELETES.replace("STATUS", "1"), "DELETE"),
)


TWO_OF_A_TEST = ("-p", first_and_last.__name__)
TWO_OF_A_REQUIREMENT = ("-p", two_of_each.__name__)


def judge(null: Null, directory: Path, *, whole: bool = False) -> Run:
    """Run the suite on a null lifecycle, by few of the cases; if `whole`, by more, or by all where it is asked all."""
    lifecycle = lifecycle_of_scripts(directory / "lifecycle", null.script)
    few = TWO_OF_A_TEST if whole else TWO_OF_A_REQUIREMENT
    cases = () if whole and null.asked_all else few
    return run_suite(directory / "run", *EMBEDDED, "--lifecycle", f"dir:{lifecycle}", *cases, *null.options)


@pytest.mark.parametrize("null", but_few(NULLS, 2))
def test_null_lifecycle_passes_nothing(null: Null, whole: bool, tmp_path: Path) -> None:
    run = judge(null, tmp_path, whole=whole)

    assert any(null.seen in case.message for case in run.cases)
    passed = [case.id for case in run.cases if case.verdict == "pass"]
    assert passed == []
    odd = {case.id: case.message for case in run.cases if case.verdict in ("harness-error", "not-run")}
    assert odd == {}
    assert set(run.verdicts().values()) == {"fail", "untestable", "warn", "not-applicable"}
    assert {name.partition("-")[0] for name in set(run.verdicts()) - run.judged()} == {"source"}
    assert (run.verdict, run.status) == ("nonconformant", 1)


DOES_NOT_KNOW_ITS_FLAGS = "#!/bin/sh\necho usage >&2\necho 'flag provided but not defined: -uid' >&2\nexit 2\n"

ASK_FOR_NOTHING = {
    "fails": (FAILS, "analyzer exited with status 1"),
    "refuses-with-62": (REFUSES, "analyzer exited with status 62"),
    "refuses-in-its-own-range": (REFUSES_IN_RANGE, "analyzer exited with status 32"),
    "is-killed-by-a-signal": (IS_KILLED, "analyzer was ended by signal 9"),
    "does-not-know-its-flags": (DOES_NOT_KNOW_ITS_FLAGS, "the last it said was: flag provided but not defined: -uid"),
}


@pytest.mark.parametrize("name", but_few(ASK_FOR_NOTHING))
def test_null_lifecycle_that_does_not_begin_its_work_gets_one_line(name: str, tmp_path: Path) -> None:
    script, text = ASK_FOR_NOTHING[name]

    run = judge(Null("", script, text, asked_all=True), tmp_path)

    (error,) = [case for case in run.cases if case.verdict != "not-run"]
    assert (error.id, error.verdict, error.message.count("\n")) == ("smoke run", "harness-error", 0)
    assert text in error.message
    assert "/analyzer -uid" in error.message
    assert len(run.cases) > 100
    assert (run.verdict, run.status) == ("error", 3)


@pytest.mark.long
def test_null_lifecycle_that_hangs_is_given_up(tmp_path: Path) -> None:
    # It prints nothing and writes nothing: how long it is waited for makes no difference.
    run = judge(Null("", HANGS, "", options=("--deadline", "0.5")), tmp_path)

    judged = [case for case in run.cases if case.verdict in ("fail", "untestable", "warn")]
    assert 0 < len(judged) < 15
    asked = [case for case in run.cases if case.verdict != "not-applicable"]
    assert {case.id for case in asked if "did not end within 0.5 s" not in case.message} == set()
    assert {case.verdict for case in run.cases} <= {"fail", "untestable", "warn", "not-run", "not-applicable"}
    assert run.verdict in ("nonconformant", "incomplete")
    assert "given up: the first 3 calls of the analyzer did not end within 0.5 s" in " ".join(run.output.split())
