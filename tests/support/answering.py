"""A registry on this machine with one list of images, which answers some requests otherwise than it should."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from fixtures.artifacts.remote import ReleaseRepository
from fixtures.oci.images import ImageSpec, Layer
from fixtures.oci.platforms import AMD64, ARM64
from fixtures.oci.samples import index_of
from fixtures.registry.client import Client
from fixtures.registry.http_message import Request, Response
from fixtures.registry.http_server import Server
from fixtures.registry.stores.embedded import Content

LIST = index_of(*(ImageSpec(platform, (Layer.of({"a": str(platform)}),)) for platform in (AMD64, ARM64)))

Answer = Callable[[Request], Response | None]


class Hostile:
    """An embedded registry that answers some requests otherwise."""

    def __init__(self) -> None:
        self.content = Content()
        self.otherwise: Answer = lambda _: None
        self.requests: list[Request] = []
        self.server = Server(self._answer, "hostile")

    def _answer(self, request: Request) -> Response:
        self.requests.append(request)
        return self.otherwise(request) or self.content.answer(request)

    @property
    def repository(self) -> ReleaseRepository:
        """A reader of its repository."""
        return ReleaseRepository(self.server.address, "some/lifecycle")


@contextmanager
def answering() -> Iterator[Hostile]:
    """Give a registry with one list under two tags, for the length of a block."""
    hostile = Hostile()
    hostile.server.start()
    try:
        with Client(hostile.server.address) as client:
            client.push(LIST, "some/lifecycle", "latest")
            client.push(LIST, "some/lifecycle", "1.0.0")
        hostile.requests.clear()
        yield hostile
    finally:
        hostile.server.stop()


def json_answer(document: object, *headers: tuple[bytes, bytes], status: int = 200) -> Response:
    """Give an answer of JSON."""
    return Response(status, [(b"Content-Type", b"application/json"), *headers], json.dumps(document).encode())
