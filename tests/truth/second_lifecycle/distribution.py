"""Registries: names of images, and what OCI distribution lets one ask of them."""

from __future__ import annotations

import base64
import hashlib
import http.client
import re
import ssl
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from .notation import Refused, Unreadable, parsed, table, text

OCI = "application/vnd.oci.image."
DOCKER = "application/vnd.docker.distribution.manifest."
MANIFESTS = (f"{OCI}manifest.v1+json", f"{DOCKER}v2+json")
INDEXES = (f"{OCI}index.v1+json", f"{DOCKER}list.v2+json")

Fields = Sequence[tuple[str, str]]
"""Header fields of a request."""

PIECE = 4096
TRIES = 4

_NAME = re.compile(
    r"(?:(?P<host>localhost|[A-Za-z0-9-]+(?=[.:])[A-Za-z0-9.-]*(?::[0-9]+)?)/)?"
    r"(?P<repository>[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*)"
    r"(?::(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)


@dataclass(frozen=True)
class Name:
    """A reference to an image: by digest where there is one, else by tag."""

    host: str
    repository: str
    tag: str
    digest: str = ""

    @classmethod
    def of(cls, written: str) -> Name:
        """Read a reference. Raises Refused."""
        found = _NAME.fullmatch(written)
        if not found:
            raise Refused(f"{written!r} is no reference to an image")
        host, repository, tag, digest = found.group("host", "repository", "tag", "digest")
        if host in (None, "docker.io"):
            host, repository = "index.docker.io", repository if "/" in repository else f"library/{repository}"
        return cls(host, repository, tag or ("" if digest else "latest"), digest or "")

    def at(self, digest: str) -> Name:
        """Give the reference to something else in the same repository, by digest."""
        return replace(self, digest=digest)

    @property
    def place(self) -> str:
        """The repository with its registry."""
        return f"{self.host}/{self.repository}"

    @property
    def in_full(self) -> str:
        """The reference with all that is known of it: a digest does not make its tag wrong."""
        return self.place + (f":{self.tag}" if self.tag else "") + (f"@{self.digest}" if self.digest else "")

    def __str__(self) -> str:
        return f"{self.place}@{self.digest}" if self.digest else f"{self.place}:{self.tag}"


@dataclass(frozen=True)
class Reply:
    """An answer of a registry."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Stored:
    """A manifest or an index as a registry holds it."""

    name: Name
    media_type: str
    body: bytes

    @property
    def digest(self) -> str:
        """Its digest."""
        return sha256(self.body)


def sha256(content: bytes) -> str:
    """Give the digest of some bytes."""
    return "sha256:" + hashlib.sha256(content).hexdigest()


class Registries:
    """The registries, each thread with connections of its own."""

    def __init__(self, environ: Mapping[str, str], insecure: list[str], ways: Mapping[str, str]) -> None:
        self.ways = ways
        self._insecure = insecure
        self._headers = _headers(environ)
        self._kept = threading.local()
        self._known: set[str] = set()

    def manifest(self, name: Name) -> Stored | None:
        """Give a manifest or index; None where there is none. Raises Refused."""
        wanted = name.digest or name.tag
        address = f"/v2/{name.repository}/manifests/{wanted}"
        accept = self._accepting
        if not name.digest and self.ways["look"] == "head-first":
            # Asking first is cheap where there is nothing, and says by which digest to ask.
            seen = self._ask("HEAD", name.host, address, accept)
            if seen.status == 404:
                return None
            address = f"/v2/{name.repository}/manifests/{seen.headers.get('docker-content-digest', wanted)}"
        reply = self._ask("GET", name.host, address, accept)
        if reply.status == 404:
            return None
        _expect(reply, 200, f"{name} can't be read")
        if name.digest and sha256(reply.body) != name.digest:
            raise Unreadable(f"{name} is not what its digest says")
        return Stored(name, reply.headers.get("content-type", "").partition(";")[0].strip(), reply.body)

    def readable(self, name: Name) -> bool:
        """Whether there is a manifest or index that may be read. Raises Refused."""
        address = f"/v2/{name.repository}/manifests/{name.digest or name.tag}"
        method = "HEAD" if self.ways["look"] == "head-first" else "GET"
        return self._ask(method, name.host, address, self._accepting).status == 200

    @property
    def _accepting(self) -> list[tuple[str, str]]:
        """The headers that say which types of manifests are taken."""
        if self.ways["accept"] == "anything":
            return [("Accept", "*/*")]
        types = [*INDEXES, *MANIFESTS]
        return [("Accept", kind) for kind in (types if self.ways["accept"] == "apart" else [", ".join(types)])]

    def blob(self, name: Name, digest: str) -> bytes:
        """Give a blob of a repository. Raises Refused."""
        reply = self._ask("GET", name.host, f"/v2/{name.repository}/blobs/{digest}")
        _expect(reply, 200, f"{digest} of {name.place} can't be read")
        if sha256(reply.body) != digest:
            raise Unreadable(f"{digest} of {name.place} is not what its digest says")
        return reply.body

    def check_writable(self, name: Name) -> None:
        """Raise Refused where nothing may be written to a repository."""
        if self.ways["access"] == "blob":
            self._upload(b"", name)
            return
        begun = self._ask("POST", name.host, f"/v2/{name.repository}/blobs/uploads/")
        _expect(begun, 202, f"{name} can't be written")
        self._ask("DELETE", name.host, begun.headers.get("location", ""))

    def copy(self, digest: str, origin: Name, to: Name) -> None:
        """See to it that a repository has a blob of another. Raises Refused."""
        if origin.place == to.place or (self.ways["push"] == "what-lacks" and self._has(to, digest)):
            return
        if self.ways["mount"] == "always" and origin.host == to.host:
            address = f"/v2/{to.repository}/blobs/uploads/?mount={digest}&from={origin.repository}"
            if self._ask("POST", to.host, address).status == 201:
                return
        self.push(self.blob(origin, digest), to)

    def push(self, content: bytes, to: Name) -> None:
        """See to it that a repository has this blob. Raises Refused."""
        if self.ways["push"] == "everything" or not self._has(to, sha256(content)):
            self._upload(content, to)

    def _upload(self, content: bytes, to: Name) -> None:
        digest, address = sha256(content), f"/v2/{to.repository}/blobs/uploads/"
        if self.ways["upload"] == "at-once":
            octets = [("Content-Type", "application/octet-stream")]
            begun = self._ask("POST", to.host, f"{address}?digest={digest}", octets, content)
            if begun.status == 201:
                return
        else:
            begun = self._ask("POST", to.host, address)
        _expect(begun, 202, f"{to} can't be written")
        place = begun.headers.get("location", "")
        if self.ways["upload"] == "stream":
            sent = self._ask("PATCH", to.host, place, [("Transfer-Encoding", "chunked")], content)
            _expect(sent, 202, f"{to} can't be written")
            place, content = sent.headers.get("location", place), b""
        if self.ways["upload"] == "pieces":
            for start in range(0, len(content), PIECE):
                piece = content[start : start + PIECE]
                about = [("Content-Range", f"{start}-{start + len(piece) - 1}")]
                sent = self._ask("PATCH", to.host, place, about, piece)
                _expect(sent, 202, f"{to} can't be written")
                place = sent.headers.get("location", place)
            content = b""
        ended = self._ask("PUT", to.host, f"{place}{'&' if '?' in place else '?'}digest={digest}", body=content)
        _expect(ended, 201, f"{to} can't be written")

    def put(self, body: bytes, media_type: str, to: Name) -> None:
        """Write a manifest under a tag or a digest. Raises Refused."""
        address = f"/v2/{to.repository}/manifests/{to.digest or to.tag}"
        _expect(self._ask("PUT", to.host, address, [("Content-Type", media_type)], body), 201, f"{to} can't be written")

    def _has(self, name: Name, digest: str) -> bool:
        return self._ask("HEAD", name.host, f"/v2/{name.repository}/blobs/{digest}").status == 200

    def _ask(self, method: str, host: str, address: str, headers: Fields = (), body: bytes | None = None) -> Reply:
        if self.ways["ping"] == "always" and host not in self._known:
            self._known.add(host)
            self._ask("GET", host, "/v2/")
        credential = [("Authorization", self._headers[host])] if host in self._headers else []
        if credential and self.ways["credentials"] == "when-asked":
            reply = self._answer(method, host, address, headers, body)
            if reply.status != 401:
                return reply
        return self._answer(method, host, address, [*headers, *credential], body)

    def _answer(self, method: str, host: str, address: str, told: Fields, body: bytes | None) -> Reply:
        url = urljoin(f"{self._scheme(host)}://{host}", address)
        repeatable = method != "PATCH"
        for attempt in range(TRIES):
            try:
                reply = self._once(method, url, told if urlsplit(url).netloc == host else (), body)
            except (OSError, http.client.HTTPException) as error:
                self._connections.pop(urlsplit(url).netloc, None)
                if attempt == TRIES - 1 or not repeatable:
                    raise Refused(f"{host} does not answer: {error}") from None
                time.sleep(0.1 * attempt)
                continue
            if reply.status in (301, 302, 303, 307, 308) and method in ("GET", "HEAD"):
                url = urljoin(url, reply.headers.get("location", ""))
            elif reply.status not in (429, 500, 502, 503, 504) or not repeatable:
                return reply
            else:
                time.sleep(0.1 * attempt)
        raise Refused(f"{host} does not answer {method} {address}")

    def _once(self, method: str, url: str, headers: Fields, body: bytes | None) -> Reply:
        parts = urlsplit(url)
        connection = self._connections.get(parts.netloc)
        if connection is None:
            secure = parts.scheme == "https"
            context = ssl.create_default_context() if secure else None
            connection = (
                http.client.HTTPSConnection(parts.netloc, timeout=60, context=context)
                if secure
                else http.client.HTTPConnection(parts.netloc, timeout=60)
            )
            self._connections[parts.netloc] = connection
        connection.putrequest(method, f"{parts.path}?{parts.query}".rstrip("?"))
        chunked = ("Transfer-Encoding", "chunked") in headers
        body = b"" if body is None and method in ("POST", "PUT") else body
        for field, value in (*headers, *self._own_fields(body, chunked=chunked)):
            connection.putheader(field, value)
        connection.endheaders([body] if chunked and body else body, encode_chunked=chunked)
        answer = connection.getresponse()
        content = answer.read()
        if self.ways["connections"] == "closed":
            self._connections.pop(parts.netloc).close()
        return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, content)

    def _own_fields(self, body: bytes | None, *, chunked: bool) -> Iterator[tuple[str, str]]:
        if self.ways["agent"] == "said":
            yield "User-Agent", "second-lifecycle/2 (of no kind; +https://second.example)"
        if self.ways["connections"] == "closed":
            yield "Connection", "close"
        if not chunked and body is not None:
            yield "Content-Length", str(len(body))

    @property
    def _connections(self) -> dict[str, http.client.HTTPConnection]:
        if not hasattr(self._kept, "connections"):
            self._kept.connections = {}
        kept: dict[str, http.client.HTTPConnection] = self._kept.connections
        return kept

    def _scheme(self, host: str) -> str:
        bare = host.partition(":")[0]
        here = self.ways["plain"] == "loopback" and (bare == "localhost" or bare.startswith("127."))
        return "http" if here or any(host.startswith(each) for each in self._insecure) else "https"


def _expect(reply: Reply, status: int, failed: str) -> None:
    if reply.status != status:
        raise Refused(f"{failed}: the registry answers {reply.status}")


def _headers(environ: Mapping[str, str]) -> dict[str, str]:
    """Give the Authorization header for each registry (platform.md, "Registry Authentication")."""
    given = environ.get("CNB_REGISTRY_AUTH", "")
    if given:
        mapping = parsed(given)
        return {host: text(mapping, host) for host in mapping} if isinstance(mapping, dict) else {}
    home = environ.get("DOCKER_CONFIG") or f"{environ.get('HOME', '')}/.docker"
    try:
        auths = table(parsed((Path(home) / "config.json").read_bytes()), "auths")
    except OSError:
        return {}
    basic = {host: text(auths[host], "auth") for host in auths}
    return {host: f"Basic {auth}" for host, auth in basic.items() if auth and _is_base64(auth)}


def _is_base64(written: str) -> bool:
    try:
        return bool(base64.b64decode(written, validate=True))
    except ValueError:
        return False
