"""`python -m conformance.keeper DIRECTORY`: serves what the cases of a run had in their registry, until it is ended.

It is nobody's child: whoever starts it is told its number, and has nothing to wait for.
It takes the private directory of the run over, and what the Docker engine holds for it: the sweep of later runs leaves
them for as long as this process lives, and they go with it.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from conformance.keep import FOLDER
from fixtures.cleanup import files
from fixtures.cleanup.sweep import KEPT_FILE, Owner, end_in_engine, remove
from fixtures.registry.http_server import NotServing, Server
from fixtures.registry.kept import KeptContent, KeptRegistry

_ENDINGS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def main(directory: Path) -> int:
    """Serve at every address that a case had, say one's number on standard output, and wait for a signal."""
    if os.fork():
        return 0
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)
    registries: dict[str, KeptRegistry] = {}
    for path in sorted((directory / FOLDER).glob("*.content")):
        kept = KeptContent.read(path)
        registries.setdefault(kept.address, KeptRegistry()).hold(kept)
    servers = [_server(address, content) for address, content in registries.items()]
    try:
        for server in servers:
            server.start()
    except (NotServing, OSError) as error:
        _say(f"its address can't be had again: {error}")
        return 1
    files.write(directory / KEPT_FILE, str(Owner.this()))
    _say(str(os.getpid()))
    signal.sigwait(_ENDINGS)
    for server in servers:
        server.stop()
    end_in_engine(directory)
    remove(directory)
    return 0


def _server(address: str, content: KeptRegistry) -> Server:
    return Server(content.answer, "registry-kept", int(address.rpartition(":")[2]))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
    # Whoever started it does not read on: nothing more is written there.
    sys.stdout.close()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
