"""A headless Chromium that is told what to do over two pipes (chromedevtools.github.io/devtools-protocol)."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_FLAGS = (
    *("--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
    *("--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-extensions"),
)
"""The sandbox is the kernel's, which containers and root don't have; what is opened is a file of the tests' own."""


class Browser:
    """One page of a browser."""

    def __init__(self, orders: int, answers: int) -> None:
        self._orders = orders
        self._answers = os.fdopen(answers, "rb", closefd=False)
        self._number = 0
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []
        """What it told unasked, such as what the page was refused."""

    def attach(self) -> None:
        """Open a page, and speak to that from now on."""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Have something done, and give the answer. Raises RuntimeError where it can't be."""
        self._number += 1
        order: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            order["sessionId"] = self._session
        os.write(self._orders, json.dumps(order).encode() + b"\0")
        while (message := self._next()).get("id") != self._number:
            self.events.append(message)
        if "error" in message:
            raise RuntimeError(f"{method}: {message['error']}")
        return dict(message["result"])

    def open(self, path: Path) -> None:
        """Open a file, and wait until it is there."""
        self.events.clear()
        self.ask("Page.navigate", url=path.as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self._next())

    def value(self, expression: str) -> Any:
        """Give what an expression of JavaScript comes to, once it is there. Raises RuntimeError where it fails."""
        found = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in found:
            raise RuntimeError(f"{expression[:200]}: {found['exceptionDetails']}")
        return found["result"].get("value")

    def _next(self) -> dict[str, Any]:
        message = bytearray()
        while (byte := self._answers.read(1)) != b"\0":
            if not byte:
                raise RuntimeError("the browser ended")
            message += byte
        return dict(json.loads(message))


@contextmanager
def browser(program: str, directory: Path) -> Iterator[Browser]:
    """Give a browser with a page, its files in a directory, for the length of a block."""
    (theirs_in, ours_out), (ours_in, theirs_out) = os.pipe(), os.pipe()

    def hand_over() -> None:
        # The numbers that it reads from and writes to; each may be the other's at first.
        copies = os.dup(theirs_in), os.dup(theirs_out)
        os.dup2(copies[0], 3)
        os.dup2(copies[1], 4)

    command = [program, *_FLAGS, f"--user-data-dir={directory}"]
    process = subprocess.Popen(
        command,
        pass_fds=(3, 4, theirs_in, theirs_out),
        preexec_fn=hand_over,  # noqa: PLW1509 - the tests that use it have no threads
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": str(directory)},
    )
    os.close(theirs_in)
    os.close(theirs_out)
    try:
        opened = Browser(ours_out, ours_in)
        opened.attach()
        yield opened
    finally:
        process.kill()
        process.wait()
        os.close(ours_out)
        os.close(ours_in)
