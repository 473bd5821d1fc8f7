"""Lifecycles that conform and, before or after they do, attack the machine, the suite or other cases.

Each is the reference lifecycle in a shell script. `$PWD` is the workspace, `$VICTIM` a directory that nobody gave it.
"""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.runs import PROGRAMS, REFERENCE, write_program


@dataclass(frozen=True)
class Attack:
    """What every phase does besides, and what is to come of it.

    `after` and `before` are shell commands around the phase proper. `told` has to be in the message of every case that
    failed. `as_root`: whether only root can do it; `stops_root`: whether root is not above it.
    """

    name: str
    after: str = ""
    before: str = ""
    verdict: str = "nonconformant"
    told: str = ""
    noted: str = ""
    only: str = "exporter-report-digest,analyzer-previous-missing,exporter-every-tag"
    as_root: bool = False
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


LEFT = "to leave"
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
    Attack("removed", _replaced(":"), told=LEFT),
    Attack("a-file", _replaced('echo file > "$d"'), told=LEFT),
    Attack("a-link", _replaced('ln -s "$VICTIM" "$d"'), told=LEFT),
    Attack("a-fifo", _replaced('mkfifo "$d"'), told=LEFT),
    Attack("locked", f'{ONLY_WITH_INPUT}; chmod 000 layers app "$PWD"', told=LEFT),
    Attack("its-layers-a-link", f'{ONLY_WITH_INPUT}; rm -rf layers; ln -s "$VICTIM" layers', told="a link"),
    Attack("all-workspaces-removed", _removed("${PWD%/*}"), told=LEFT),
    Attack("the-runs-directory-removed", _removed("${PWD%/*/*/*}"), told=LEFT),
    Attack("all-workspaces-locked", f"{ONLY_WITH_INPUT}; chmod 000 ..", told=LEFT, stops_root=False),
    Attack("immutable", f'{ONLY_WITH_INPUT}; chattr -R +i "$PWD"', told=LEFT, as_root=True),
    Attack("mounted-on", f'{ONLY_WITH_INPUT}; mount --bind "$VICTIM" app', told="mount", as_root=True),
    Attack("deep", f"{ONLY_WITH_INPUT}; cd app; {DEEP}; cd /", verdict="conformant", only="exporter-report-digest"),
    Attack(
        "the-next-names-taken",
        f'{ONLY_WITH_INPUT}; n=$(basename "$PWD"); for i in 1 2 3; do ln -sfn "$VICTIM" "../$((n + i))"; done; :',
        verdict="conformant",
    ),
)
"""What a phase makes of the directory that it works in."""

ANALYZED = {
    "a-fifo": 'mkfifo "$f"',
    "endless": 'ln -s /dev/zero "$f"',
    "a-device": 'ln -s /dev/tty "$f"',
    "huge": 'head -c 100000000 /dev/zero | tr "\\0" "#" > "$f"',
    "of-many-dots": '{ printf a; head -c 200000 /dev/zero | sed "s/\\x0/.a/g"; echo " = 1"; } > "$f"',
    "of-deep-arrays": '{ printf "a = "; head -c 100000 /dev/zero | tr "\\0" "["; } > "$f"',
    "of-deep-tables": '{ printf "a = "; head -c 5000 /dev/zero | sed "s/\\x0/{a=/g"; } > "$f"',
    "of-a-long-number": '{ printf "[run-image]\\nreference = 0x"; head -c 9000 /dev/zero | tr "\\0" "f"; } > "$f"',
    "a-directory": 'mkdir "$f"',
    "a-link-to-a-secret": 'ln -s "$VICTIM/secret" "$f"',
    "of-odd-metadata": 'printf "[run-image]\\nreference = 5\\n[metadata]\\nbuildpacks = [5]\\n" > "$f"',
}

FILES = tuple(
    Attack(
        f"{name.removesuffix('.toml')}-{kind}",
        _wrote(name, how),
        told="" if kind == "of-odd-metadata" else name,
        only=only,
    )
    for name, only in (("analyzed.toml", "analyzer-run-index"), ("report.toml", "exporter-report-digest"))
    for kind, how in ANALYZED.items()
    if (name, kind) != ("report.toml", "of-odd-metadata")
)
"""What a phase leaves in the place of a file that the suite reads."""

DAEMON = "(setsid env -i VICTIM=$VICTIM PATH=$PATH PWD=$PWD /bin/sh -c {} </dev/null >/dev/null 2>&1 &)"

STRAYS = (
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
        only="phase-inputs-untouched,exporter-report-digest,phase-exit-range",
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
        only="phase-any-history,exporter-every-tag",
    ),
)
"""Links that lead out of the workspace."""
