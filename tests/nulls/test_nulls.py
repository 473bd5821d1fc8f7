"""Lifecycles that do nothing of what they are asked: none of them passes anything."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.runs import EMBEDDED, Run, lifecycle_of_scripts, run_suite

SUCCEEDS = "#!/bin/sh\nexit 0\n"
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

    `seen` stands in some message where the script did what its name says; `whole` lets it meet every case of the suite.
    """

    name: str
    script: str
    seen: str
    whole: bool = False
    options: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.name


NULLS = (
    Null("succeeds", SUCCEEDS, "exited with status 0", whole=True),
    Null("fails", FAILS, "exited with status 1"),
    Null("refuses-with-62", REFUSES, "exited with status 62"),
    Null("refuses-in-its-own-range", REFUSES_IN_RANGE, "exited with status 32", whole=True),
    Null("knows-no-platform-api", KNOWS_NO_API, "exited with status 11"),
    Null("is-killed-by-a-signal", IS_KILLED, "ended by signal 9"),
    Null("prints-a-megabyte-of-warnings", PRINTS_A_MEGABYTE, "the previous image is not used"),
    # It prints nothing and writes nothing: how long it is waited for makes no difference.
    Null("hangs", HANGS, "did not end within", options=("--deadline", "0.1")),
    Null("deletes-the-tag-and-succeeds", DELETES.replace("STATUS", "0"), "DELETE"),
    Null("deletes-the-tag-and-fails", DELETES.replace("STATUS", "1"), "DELETE"),
)


def judge(null: Null, directory: Path) -> Run:
    """Run the suite on a null lifecycle."""
    lifecycle = lifecycle_of_scripts(directory / "lifecycle", null.script)
    scale = () if null.whole else ("-p", "tests.plugins.first_and_last")
    return run_suite(directory / "run", *EMBEDDED, "-n2", "--lifecycle", f"dir:{lifecycle}", *scale, *null.options)


@pytest.mark.parametrize("null", NULLS, ids=str)
def test_null_lifecycle_passes_nothing(null: Null, tmp_path: Path) -> None:
    run = judge(null, tmp_path)

    assert any(null.seen in case.message for case in run.cases)
    passed = [case.id for case in run.cases if case.verdict == "pass"]
    assert passed == []
    odd = {case.id: case.message for case in run.cases if case.verdict in ("harness-error", "not-run")}
    assert odd == {}
    assert set(run.verdicts().values()) == {"fail", "untestable", "warn", "not-applicable"}
    assert {name.partition("-")[0] for name in set(run.verdicts()) - run.judged()} == {"source"}
    assert (run.verdict, run.status) == ("nonconformant", 1)
