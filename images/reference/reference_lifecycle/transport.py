"""Requests to registries: which address, with which credentials, through redirects, and again after a failure."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from typing import IO, NamedTuple
from urllib.parse import urljoin, urlsplit

from .errors import InvalidInputError, RegistryError
from .references import DOCKER_HUB
from .wire import Answer, Connection, TooLongError

PAUSES = (0.05, 0.2, 0.6)
"""Seconds before each further try."""

REDIRECTS = (301, 302, 303, 307, 308)
UNAVAILABLE = (429, 500, 502, 503, 504)
ANSWER_LIMIT = 1 << 20
PORTS = {"http": 80, "https": 443}


class Request(NamedTuple):
    """What is asked of a registry; the address may be relative to its root."""

    method: str
    registry: str
    address: str
    headers: Mapping[str, str]
    body: bytes | IO[bytes] | None
    into: IO[bytes] | None
    limit: int

    def rewind(self) -> None:
        """Make the files that are sent and written ready for another try."""
        for file in (self.body, self.into):
            if file is not None and not isinstance(file, bytes):
                file.seek(0)
        if self.into is not None:
            self.into.truncate()


class Transport:
    """Sends requests and gives the answers, over one kept connection a host."""

    def __init__(self, environ: Mapping[str, str], insecure: tuple[str, ...]) -> None:
        """Take the environment for credentials, and prefixes of names that need no encryption."""
        self._credentials = _credentials(environ)
        self._insecure = insecure
        self._connections: dict[str, Connection] = {}

    def ask(
        self,
        method: str,
        registry: str,
        address: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | IO[bytes] | None = None,
        *,
        into: IO[bytes] | None = None,
        limit: int = ANSWER_LIMIT,
    ) -> Answer:
        """Send a request and follow redirects of reads. Raises RegistryError where there is no answer to judge."""
        request = Request(method, registry, address, headers or {}, body, into, limit)
        try:
            url = urljoin(self._origin(registry), address)
            for _ in range(5):
                answer = self._persist(request, url)
                if answer.status not in REDIRECTS or method not in ("GET", "HEAD") or not answer.header("Location"):
                    return answer
                url = urljoin(url, answer.header("Location"))
        except (OSError, ValueError, TooLongError) as error:
            raise RegistryError(f"{registry} can't be asked: {error}") from error
        raise RegistryError(f"{registry} redirects without end")

    def _persist(self, request: Request, url: str) -> Answer:
        """Try again where the registry breaks the connection or is briefly unavailable.

        Every request of the distribution API may be repeated: what a digest names is the same however often it is sent.
        """
        for pause in PAUSES:
            try:
                answer = self._once(request, url)
                if answer.status not in UNAVAILABLE:
                    return answer
            except ConnectionRefusedError:
                raise
            except ConnectionError:
                self._drop(url)
            time.sleep(pause)
        return self._once(request, url)

    def _once(self, request: Request, url: str) -> Answer:
        request.rewind()
        headers = dict(request.headers)
        authorization = self._credentials.get(request.registry)
        if authorization and url.startswith(self._origin(request.registry)):
            # Never to another host that the registry redirects to: the storage behind it is somebody else's.
            headers["Authorization"] = authorization
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection = self._connection(url)
        return connection.ask(request.method, target, headers, request.body, into=request.into, limit=request.limit)

    def _connection(self, url: str) -> Connection:
        parts = urlsplit(url)
        kept = self._connections.get(f"{parts.scheme}://{parts.netloc}")
        if kept is not None and kept.open:
            return kept
        if parts.scheme not in PORTS or not parts.hostname:
            raise ValueError(f"{url} is no address of a registry")
        port = parts.port or PORTS[parts.scheme]
        connection = Connection(parts.netloc, parts.hostname, port, encrypted=parts.scheme == "https")
        self._connections[f"{parts.scheme}://{parts.netloc}"] = connection
        return connection

    def _drop(self, url: str) -> None:
        parts = urlsplit(url)
        connection = self._connections.pop(f"{parts.scheme}://{parts.netloc}", None)
        if connection is not None:
            connection.close()

    def _origin(self, registry: str) -> str:
        plain = _is_local(registry) or any(prefix and registry.startswith(prefix) for prefix in self._insecure)
        return f"{'http' if plain else 'https'}://{registry}/"


def _is_local(registry: str) -> bool:
    """Whether a registry is on this machine or in a private network, where registries speak plain HTTP."""
    host = urlsplit(f"//{registry}").hostname or ""
    if host == "localhost" or host.endswith(".localhost") or host == "::1":
        return True
    octets = [int(part) for part in host.split(".") if part.isascii() and part.isdigit()]
    if len(octets) != 4 or host.count(".") != 3:
        return False
    private = octets[0] == 10 or (octets[0] == 172 and 16 <= octets[1] < 32) or octets[:2] == [192, 168]
    return octets[0] == 127 or private


def _credentials(environ: Mapping[str, str]) -> Mapping[str, str]:
    """Read the Authorization header of each registry (platform.md, "Registry Authentication")."""
    text = environ.get("CNB_REGISTRY_AUTH", "")
    if not text:
        return _docker_credentials(environ)
    try:
        mapping = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInputError(f"CNB_REGISTRY_AUTH is not JSON: {error}") from error
    if not isinstance(mapping, dict) or not all(isinstance(value, str) for value in mapping.values()):
        raise InvalidInputError("CNB_REGISTRY_AUTH must map registries to the headers to send them")
    return mapping


def _docker_credentials(environ: Mapping[str, str]) -> Mapping[str, str]:
    """Read the passwords that `docker login` keeps in plain; credential helpers are not asked."""
    directory = environ.get("DOCKER_CONFIG") or os.path.join(environ.get("HOME") or "/nonexistent", ".docker")
    try:
        with open(os.path.join(directory, "config.json"), encoding="utf-8") as file:
            auths = json.load(file)["auths"]
        found = {name: entry["auth"] for name, entry in auths.items() if entry.get("auth")}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
    hosts = {(urlsplit(name).netloc or name.partition("/")[0]): f"Basic {auth}" for name, auth in found.items()}
    return {DOCKER_HUB if host == "docker.io" else host: header for host, header in hosts.items()}
