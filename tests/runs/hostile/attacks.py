"""Lifecycles that conform and, before or after they do, attack the machine, the suite or other cases.

Each is the reference lifecycle in a shell script. `$PWD` is the workspace, `$VICTIM` a directory that nobody gave it.
"""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.support.runs import PROGRAMS, REFERENCE, write_program


@dataclass(frozen=True)
class Attack:
    """What every phase does besides, and what is to come of it.

    `after` and `before` are shell commands around the phase proper. `text` has to be in the message of every case that
    failed, `noted` in a note of the report. `users`: as whom it is tried; `stops_root`: whether root is not above it.
    """

    name: str
    after: str = ""
    before: str = ""
    verdict: str = "nonconformant"
    text: str = ""
    noted: str = ""
    only: str = "exporter-report-digest,analyzer-previous-missing"
    users: tuple[str, ...] = ("root", "ordinary")
    stops_root: bool = True

    def __str__(self) -> str:
        return self.name

    def lifecycle(self, directory: Path, victim: Path) -> Path:
        """Write the programs, and give their directory."""
        directory.mkdir(parents=True)
        for program in PROGRAMS:
            phase = shlex.join([sys.executable, "-IS", str(REFERENCE / program)])
            lines = [
                f"ROOM={victim.parent} VICTIM={victim}",
                REMOVE,
                self.before,
                f'{phase} "$@"; status=$?',
                self.after,
                "exit $status",
            ]
            write_program(directory / program, "#!/bin/sh\n" + "\n".join(filter(None, lines)) + "\n")
        return directory


LEFT = "a directory to work in"
"""What is said of phases that did not leave their directory as one to work in."""

REMOVE = 'remove() { case $1 in "$ROOM"/?*) rm -rf "$1" ;; *) exit 99 ;; esac; }'
"""Removes nothing but what is in the directory of the test."""

ONLY_WITH_INPUT = '[ "$#" -gt 1 ] || exit $status'
"""Nothing is done where the lifecycle is only asked what it supports."""


def _removed(what: str, then: str = ":") -> str:
    return f'{ONLY_WITH_INPUT}; d="{what}"; cd /; remove "$d"; {then}'


def _replaced(how: str) -> str:
    return _removed("$PWD", how)


def _wrote(name: str, how: str) -> str:
    return f'{ONLY_WITH_INPUT}; f=layers/{name}; [ -e "$f" ] && {{ rm -f "$f"; {how}; }}'


DEEP = shlex.join(
    [sys.executable, "-ISc", "import os\nfor _ in range(1200):\n    os.mkdir('deep')\n    os.chdir('deep')"]
)
"""Makes directories in directories, more than a path can name."""

WORKSPACES = (
    Attack("removed", _replaced(":"), text=LEFT),
    Attack("a-file", _replaced('echo file > "$d"'), text=LEFT, users=("root",)),
    Attack("a-link", _replaced('ln -s "$VICTIM" "$d"'), text=LEFT),
    Attack("a-fifo", _replaced('mkfifo "$d"'), text=LEFT, users=("root",)),
    Attack("locked", f'{ONLY_WITH_INPUT}; chmod 000 layers app "$PWD"', text=LEFT),
    Attack("its-layers-a-link", f'{ONLY_WITH_INPUT}; rm -rf layers; ln -s "$VICTIM" layers', text="a link"),
    Attack("all-workspaces-removed", _removed("${PWD%/*}"), text=LEFT),
    Attack("the-runs-directory-removed", _removed("${PWD%/*/*/*}"), text=LEFT),
    Attack("all-workspaces-locked", f"{ONLY_WITH_INPUT}; chmod 000 ..", text=LEFT, stops_root=False),
    Attack("immutable", f'{ONLY_WITH_INPUT}; chattr -R +i "$PWD"', text=LEFT, users=("root",)),
    Attack("mounted-on", f'{ONLY_WITH_INPUT}; mount --bind "$VICTIM" app', text="mount", users=("root",)),
    Attack(
        "deep",
        f"{ONLY_WITH_INPUT}; cd app; {DEEP}; cd /",
        verdict="conformant",
        only="exporter-report-digest",
        users=("root",),
    ),
    Attack(
        "the-next-names-taken",
        f'{ONLY_WITH_INPUT}; n=$(basename "$PWD"); for i in 1 2 3; do ln -sfn "$VICTIM" "../$((n + i))"; done; :',
        verdict="conformant",
    ),
)
"""What a phase makes of the directory that it works in."""

FILES = (
    Attack("analyzed-a-fifo", _wrote("analyzed.toml", 'mkfifo "$f"'), text="analyzed.toml", only="analyzer-run-index"),
    Attack("report-a-fifo", _wrote("report.toml", 'mkfifo "$f"'), text="report.toml"),
    *(
        Attack(
            f"analyzed-{name}",
            _wrote("analyzed.toml", how),
            text="analyzed.toml",
            only="analyzer-run-index",
            users=("root",),
        )
        for name, how in {
            "endless": 'ln -s /dev/zero "$f"',
            "a-link-to-a-secret": 'ln -s "$VICTIM/secret" "$f"',
            "of-many-dots": '{ printf a; head -c 200000 /dev/zero | sed "s/\\x0/.a/g"; echo " = 1"; } > "$f"',
            "of-deep-arrays": '{ printf "a = "; head -c 100000 /dev/zero | tr "\\0" "["; } > "$f"',
        }.items()
    ),
)
"""What a phase leaves in the place of a file that the suite reads."""

DAEMON = "(setsid env -i VICTIM=$VICTIM PATH=$PATH PWD=$PWD /bin/sh -c {} </dev/null >/dev/null 2>&1 &)"

PUSHES = """
import os, sys, time, urllib.request
phase, (host, _, rest) = sys.argv[1], sys.argv[2].partition("/")
while os.path.exists("/proc/" + phase):
    time.sleep(0.001)
url = "http://" + host + "/v2/" + rest.rpartition(":")[0] + "/manifests/late"
kind = "application/vnd.oci.image.index.v1+json"
body = b'{"schemaVersion": 2, "mediaType": "' + kind.encode() + b'", "manifests": []}'
while True:
    try:
        urllib.request.urlopen(urllib.request.Request(url, body, {"Content-Type": kind}, method="PUT")).read()
    except OSError:
        pass
"""
"""Waits for the phase to end, and then pushes to the repository of its image for as long as it lives."""

STRAYS = (
    Attack(
        "push",
        before='for last; do :; done; [ "$#" -gt 1 ] && '
        f'(setsid env -i {sys.executable} -ISc {shlex.quote(PUSHES)} $$ "$last" </dev/null >/dev/null 2>&1 &)',
        # What it pushes before it is ended is pushed while its phase is watched, and is that phase's own fault.
        verdict="",
        text="manifest late (",
        noted="outlived",
        users=("root",),
    ),
    Attack(
        "sleep",
        before=DAEMON.format("'exec sleep 7654'"),
        verdict="conformant",
        noted="processes outlived the exporter, and were ended",
    ),
    Attack(
        "write-files",
        before=DAEMON.format(
            "'cd ..; while :; do for i in 0 1 2 3 4 5 6 7 8 9; do mkdir $i; mkdir $i/app; : > $i/app/more; done; done'"
        ),
        verdict="conformant",
        noted="outlived",
    ),
    Attack(
        "begin-others",
        before=DAEMON.format("'f() { sleep 0.02; f & exit; }; f'"),
        verdict="conformant",
        noted="outlived",
    ),
)
"""What goes on after a phase has ended."""

LINKS = (
    Attack(
        "in-the-place-of-files",
        f"{ONLY_WITH_INPUT}; for f in layers/group.toml layers/config/metadata.toml layers/report.toml app/main.txt"
        ' layers/conformance_app/dependency.toml; do rm -f $f; ln -s "$VICTIM/secret" $f; done',
        verdict="",
        only="exporter-report-digest,phase-deterministic",
        users=("root",),
    ),
    Attack(
        "that-lead-nowhere",
        f'{ONLY_WITH_INPUT}; rm -f layers/analyzed.toml; ln -s "$VICTIM/made" layers/analyzed.toml',
        only="analyzer-run-index,exporter-report-digest",
    ),
    Attack(
        "in-the-place-of-directories",
        f"{ONLY_WITH_INPUT}; rm -rf layers/config app layers/conformance_app; for d in layers/config app"
        ' layers/conformance_app; do ln -s "$VICTIM" $d; done',
        verdict="",
        only="phase-any-history,exporter-report-digest",
    ),
)
"""Links that lead out of the workspace."""
