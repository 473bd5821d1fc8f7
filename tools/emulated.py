"""Run a command with emulators registered for as long as it runs: `python -m tools.emulated COMMAND...`.

Only as root on Linux; otherwise the command runs as it is. Several runs may be under way: the last one takes back what
was registered, and of a run that was killed the next one. What `make emulators` registered stays.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fixtures.leftovers import Owner

EMULATORS = Path(__file__).with_name("emulators")

USERS = Path("/run/lifecycle-conformance-emulated")
"""A file for each run that needs the emulators, named for its process. In memory, as the registration is."""

STAYS = Path("/run/lifecycle-conformance-stays")
"""Is there where `make emulators` was asked for."""


def main(command: Sequence[str]) -> int:
    """Run the command and give its exit status."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return run(command)
    try:
        USERS.mkdir(exist_ok=True)
    except OSError as error:
        print(f"emulators are not registered: {error}", file=sys.stderr)
        return run(command)
    with registered():
        return run(command)


@contextmanager
def registered() -> Iterator[None]:
    """Have the emulators registered for the length of a block."""
    own = USERS / str(Owner.this())
    with _alone():
        own.touch()
        if not STAYS.exists():
            subprocess.run([EMULATORS, "--register"], check=False)
    try:
        yield
    finally:
        with _alone():
            own.unlink(missing_ok=True)
            if not list(USERS.iterdir()) and not STAYS.exists():
                subprocess.run([EMULATORS, "--remove"], check=False)


@contextmanager
def _alone() -> Iterator[None]:
    """Keep other runs waiting for the length of a block, once the dead are forgotten."""
    descriptor = os.open(USERS, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        for path in USERS.iterdir():
            owner = Owner.parse(path.name)
            if owner is None or not owner.alive():
                path.unlink()
        yield
    finally:
        os.close(descriptor)


def run(command: Sequence[str]) -> int:
    """Run a command and give its exit status. Ctrl-C reaches it by itself; what else ends this process is handed on."""
    with subprocess.Popen(command) as process:

        def hand_on(number: int, _: Any) -> None:
            process.send_signal(number)

        signal.signal(signal.SIGINT, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, hand_on)
        status = process.wait()
    return 128 - status if status < 0 else status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
