"""One connection that speaks HTTP/1.1: a request goes out, a whole answer comes in, or a ConnectionError says why not.

`http.client` does the same and more; importing it takes longer than all the rest of a phase, and a phase is a process.
Source: RFC 9112.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Mapping
from typing import IO, NamedTuple

TIMEOUT = 10.0
"""Seconds that a registry may be silent."""

LINE_LIMIT = 1 << 16
HEADER_LIMIT = 256
PIECE = 1 << 20

NO_CONTENT = (204, 304)


class BrokenError(ConnectionError):
    """The other side does not speak HTTP, or stops in the middle of it."""


class TooLongError(Exception):
    """The answer is longer than anything that was asked for can be."""


class Answer(NamedTuple):
    """What was answered; the body is empty where it went into a file."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str:
        """Give a header, "" where it was not sent."""
        return self.headers.get(name.lower(), "")


class Connection:
    """A connection to a host, open from the first request on."""

    def __init__(self, name: str, host: str, port: int, *, encrypted: bool) -> None:
        """Connect to a host; `name` is what it is called in requests. Raises OSError."""
        self._socket = socket.create_connection((host, port), TIMEOUT)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if encrypted:
            import ssl

            self._socket = ssl.create_default_context().wrap_socket(self._socket, server_hostname=host)
        self._reader = self._socket.makefile("rb")
        self._name = name
        self.open = True

    def close(self) -> None:
        """Close the connection."""
        self.open = False
        self._reader.close()
        self._socket.close()

    def ask(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes | IO[bytes] | None,
        *,
        into: IO[bytes] | None,
        limit: int,
    ) -> Answer:
        """Send a request and read the answer, its body into a file if that is given and the status is 200.

        Raises OSError (BrokenError among them) and, for a body of more than `limit` bytes, TooLongError.
        """
        self._send(method, target, headers, body)
        status, found = self._read_head()
        answer = Answer(status, found, b"")
        pieces = iter(()) if method == "HEAD" or status in NO_CONTENT else self._body(found)
        if into is not None and status == 200:
            for piece in pieces:
                into.write(piece)
        else:
            answer = Answer(status, found, _joined(pieces, limit))
        if found.get("connection", "").lower() == "close":
            self.close()
        return answer

    def _send(self, method: str, target: str, headers: Mapping[str, str], body: bytes | IO[bytes] | None) -> None:
        size = len(body) if isinstance(body, bytes) else os.fstat(body.fileno()).st_size if body else 0
        stated = {"Host": self._name, "User-Agent": "reference-lifecycle", **headers}
        if body is not None or method in ("POST", "PUT"):
            stated["Content-Length"] = str(size)
        if any("\r" in text or "\n" in text for text in (target, *stated.values())):
            raise BrokenError("a line break in an address or a header")
        lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in stated.items()), "", ""]
        head = "\r\n".join(lines).encode("latin-1", "replace")
        if isinstance(body, bytes):
            self._socket.sendall(head + body)
            return
        self._socket.sendall(head)
        if body is not None:
            self._socket.sendfile(body)

    def _read_head(self) -> tuple[int, dict[str, str]]:
        status = 100
        while 100 <= status < 200:
            version, _, rest = self._line().partition(" ")
            code = rest[:3]
            if not version.startswith("HTTP/1.") or not (code.isascii() and code.isdigit()):
                raise BrokenError(f"{version[:20]!r} is not HTTP")
            status, headers = int(code), self._read_headers()
        if version == "HTTP/1.0":
            headers.setdefault("connection", "close")
        return status, headers

    def _read_headers(self) -> dict[str, str]:
        headers: dict[str, str] = {}
        for _ in range(HEADER_LIMIT):
            line = self._line()
            if not line:
                return headers
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        raise BrokenError("too many headers")

    def _body(self, headers: dict[str, str]) -> Iterator[bytes]:
        if "chunked" in headers.get("transfer-encoding", "").lower():
            yield from self._chunks()
        elif "content-length" in headers:
            yield from self._exactly(_number(headers["content-length"], 10))
        else:
            headers["connection"] = "close"
            while piece := self._reader.read(PIECE):
                yield piece

    def _chunks(self) -> Iterator[bytes]:
        while size := _number(self._line().partition(";")[0], 16):
            yield from self._exactly(size)
            self._line()
        self._read_headers()

    def _exactly(self, size: int) -> Iterator[bytes]:
        while size:
            piece = self._reader.read(min(size, PIECE))
            if not piece:
                raise BrokenError(f"{size} bytes are missing at the end")
            size -= len(piece)
            yield piece

    def _line(self) -> str:
        line = self._reader.readline(LINE_LIMIT)
        if not line.endswith(b"\n"):
            raise BrokenError("it ends in the middle" if line else "it ends without an answer")
        return line.decode("latin-1").rstrip("\r\n")


def _joined(pieces: Iterator[bytes], limit: int) -> bytes:
    content = bytearray()
    for piece in pieces:
        content += piece
        if len(content) > limit:
            raise TooLongError(f"more than {limit} bytes")
    return bytes(content)


def _number(text: str, base: int) -> int:
    digits = text.strip()
    if not digits.isalnum() or not digits.isascii():
        raise BrokenError(f"{digits[:20]!r} is not the length of anything")
    try:
        return int(digits, base)
    except ValueError as error:
        raise BrokenError(f"{digits[:20]!r} is not the length of anything") from error
