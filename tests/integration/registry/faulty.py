"""A registry that errs: a proxy before a right one that does to some requests what registries in the field have done.

It writes to the socket itself, as some faults are not HTTP.
"""

from __future__ import annotations

import contextlib
import http.client
import re
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self, cast

_PATH = re.compile(r"/v2/(?P<repository>.+)/(?P<kind>manifests|blobs)/(?P<reference>[^/?]+)(?:\?.*)?$")
_NO_BODY = (204, 304)


@dataclass(frozen=True)
class Question:
    """A request, and how to hand it on."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    proxy: Faulty
    forward: Callable[[], Said]

    @property
    def reads(self) -> bool:
        """Whether it is a GET or HEAD of a manifest or blob."""
        return self.method in ("GET", "HEAD") and self.kind in ("manifests", "blobs")

    @property
    def kind(self) -> str:
        """What is asked of: "manifests", "blobs", "uploads", or ""."""
        if "/blobs/uploads" in self.path:
            return "uploads"
        found = _PATH.match(self.path)
        return found["kind"] if found else ""

    @property
    def name(self) -> str:
        """Repository and reference."""
        found = _PATH.match(self.path)
        return f"{found['repository']} {found['reference']}" if found else self.path


@dataclass(frozen=True)
class Said:
    """An answer; `wire` is what is done to the connection: "reset", "garbage", "short", "close" or "chunked"."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    wire: str = ""

    def without(self, *names: str) -> Said:
        """The same without some headers."""
        return replace(self, headers={k: v for k, v in self.headers.items() if k.lower() not in names})

    def having(self, **headers: str) -> Said:
        """The same with other values of some headers, "_" for "-"."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        kept = self.without(*(name.lower() for name in named))
        return replace(kept, headers={**kept.headers, **named})


Err = Callable[[Question], Said]


class Faulty:
    """A proxy on loopback before the registry at an address (host:port), with one fault."""

    def __init__(self, address: str, err: Err) -> None:
        self.upstream = address
        self.err = err
        self.seen: dict[str, Any] = {}
        self.lock = threading.Lock()
        self._server = _Server(self)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def address(self) -> str:
        """host:port."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    def __init__(self, proxy: Faulty) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.proxy = proxy


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def handle(self) -> None:
        """Serve one connection, for as long as its client likes."""
        with contextlib.suppress(OSError):
            super().handle()

    def __getattr__(self, name: str) -> Any:
        """Answer every method in the same way."""
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def _answer(self) -> None:
        proxy = cast("_Server", self.server).proxy
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
        accept = ", ".join(self.headers.get_all("Accept") or [])
        headers |= {"Accept": accept} if accept else {}

        def forward() -> Said:
            return ask(proxy.upstream, self.command, self.path, headers, body)

        said = proxy.err(Question(self.command, self.path, headers, body, proxy, forward))
        if said.wire == "garbage":
            self.close_connection = True
            self.wfile.write(b"\x15\x03\x01 nonsense\r\n\r\n" * 4)
        elif said.wire == "reset":
            self.close_connection = True
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            self._say(said)

    def _say(self, said: Said) -> None:
        bodiless = self.command == "HEAD" or said.status in _NO_BODY
        self.send_response_only(said.status)
        for name, value in said.without("content-length", "transfer-encoding", "connection").headers.items():
            self.send_header(name, value)
        if said.wire == "chunked" and not bodiless:
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (said.body, b"") if part))
            self.wfile.write(b"0\r\n\r\n")
            return
        self.send_header("Content-Length", said.headers.get("Content-Length", "0") if bodiless else str(len(said.body)))
        if said.wire in ("close", "short"):
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        if not bodiless:
            self.wfile.write(said.body[: len(said.body) // 2] if said.wire == "short" else said.body)


def ask(address: str, method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b"") -> Said:
    """Ask the registry behind, on a connection of its own."""
    connection = http.client.HTTPConnection(address, timeout=60)
    try:
        connection.request(method, path, body=body or None, headers={**(headers or {}), "Connection": "close"})
        answer = connection.getresponse()
        values = {name.title(): value for name, value in answer.getheaders()}
        return Said(answer.status, values, answer.read())
    finally:
        connection.close()
