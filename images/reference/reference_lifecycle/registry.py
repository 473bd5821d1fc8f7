"""A client of the OCI distribution API: what it gives has been checked against its digest, or is an error.

Source: the OCI distribution specification, "Pulling manifests", "Pulling blobs", "Pushing blobs", "Mounting a blob from
another repository", "Pushing manifests".
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, NamedTuple
from urllib.parse import quote

from .errors import ImageMissingError, MalformedImageError, RegistryError
from .references import Reference, Repository
from .transport import Transport
from .wire import Answer

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
ACCEPTED = f"{OCI_INDEX}, {OCI_MANIFEST}, {DOCKER_LIST}, {DOCKER_MANIFEST}"

MANIFEST_LIMIT = 4 * 2**20
CONFIG_LIMIT = 8 * 2**20


class Document(NamedTuple):
    """A manifest or an index as the registry keeps it: its bytes, their digest, and the type it is served as."""

    repository: Repository
    digest: str
    media_type: str
    content: bytes


class Registry:
    """Reads and writes manifests and blobs in any registry; a name decides which."""

    def __init__(self, environ: Mapping[str, str], insecure: tuple[str, ...] = ()) -> None:
        """Take the environment for credentials, and the registries that are spoken to without encryption."""
        self._transport = Transport(environ, insecure)

    def read_manifest(self, reference: Reference) -> Document:
        """Read a manifest or an index. Raises ImageMissingError, MalformedImageError or RegistryError."""
        path = f"/v2/{reference.repository.name}/manifests/{reference.target}"
        answer = self._transport.ask(
            "GET", reference.repository.registry, path, {"Accept": ACCEPTED}, limit=MANIFEST_LIMIT
        )
        if answer.status == 404:
            raise ImageMissingError(f"{reference} does not exist")
        _expect(answer, (200,), f"read {reference}")
        stated = reference.digest or answer.header("Docker-Content-Digest")
        digest = _verified(answer.body, stated, str(reference))
        media_type = answer.header("Content-Type").partition(";")[0].strip()
        return Document(reference.repository, digest, media_type, answer.body)

    def can_read(self, reference: Reference) -> bool:
        """Whether the registry has the image and lets it be read."""
        path = f"/v2/{reference.repository.name}/manifests/{reference.target}"
        try:
            return self._transport.ask("HEAD", reference.repository.registry, path, {"Accept": ACCEPTED}).status == 200
        except RegistryError:
            return False

    def read_blob(self, repository: Repository, digest: str) -> bytes:
        """Read a small blob, such as a config. Raises MalformedImageError or RegistryError."""
        path = f"/v2/{repository.name}/blobs/{digest}"
        answer = self._transport.ask("GET", repository.registry, path, limit=CONFIG_LIMIT)
        if answer.status == 404:
            raise MalformedImageError(f"{repository} does not have the blob {digest}")
        _expect(answer, (200,), f"read the blob {digest} of {repository}")
        _verified(answer.body, digest, f"the blob {digest} of {repository}")
        return answer.body

    def has_blob(self, repository: Repository, digest: str) -> bool:
        """Whether a repository holds a blob. Raises RegistryError."""
        answer = self._transport.ask("HEAD", repository.registry, f"/v2/{repository.name}/blobs/{digest}")
        if answer.status != 404:
            _expect(answer, (200,), f"look for the blob {digest} in {repository}")
        return answer.status == 200

    def write_blob(self, repository: Repository, digest: str, content: bytes | str) -> None:
        """Upload a blob, bytes or the path of a file, unless the repository has it. Raises RegistryError."""
        if self.has_blob(repository, digest):
            return
        session = self._start_upload(repository, "")
        if isinstance(content, bytes):
            self._finish_upload(session, repository, digest, content)
        else:
            with open(content, "rb") as file:
                self._finish_upload(session, repository, digest, file)

    def copy_blob(self, source: Repository, target: Repository, digest: str) -> None:
        """Bring a blob from one repository to another: mounted where the registry can, else read and written again.

        Raises MalformedImageError where the source does not have it, and RegistryError.
        """
        if self.has_blob(target, digest):
            return
        if source == target:
            raise MalformedImageError(f"{source} does not have the blob {digest}")
        query = f"?mount={quote(digest, safe='')}&from={quote(source.name, safe='')}"
        session = self._start_upload(target, query if source.registry == target.registry else "")
        if session is None:
            return
        with self._download(source, digest) as file:
            self._finish_upload(session, target, digest, file)

    def check_write_access(self, repository: Repository) -> None:
        """Make sure that blobs can be pushed, by starting an upload and canceling it. Raises RegistryError."""
        session = self._start_upload(repository, "")
        if session is not None:
            self._transport.ask("DELETE", repository.registry, session)

    def write_manifest(self, reference: Reference, media_type: str, content: bytes) -> None:
        """Put a manifest under a tag, once all that it refers to is there. Raises RegistryError."""
        path = f"/v2/{reference.repository.name}/manifests/{reference.target}"
        headers = {"Content-Type": media_type}
        answer = self._transport.ask("PUT", reference.repository.registry, path, headers, content)
        _expect(answer, (200, 201, 202), f"write {reference}")

    def _start_upload(self, repository: Repository, query: str) -> str | None:
        """Begin an upload and give its address; None where the registry mounted the blob instead."""
        answer = self._transport.ask("POST", repository.registry, f"/v2/{repository.name}/blobs/uploads/{query}")
        _expect(answer, (201, 202) if query else (202,), f"write to {repository}")
        if answer.status == 201:
            return None
        location = answer.header("Location")
        if not location:
            raise RegistryError(f"{repository}: the registry started an upload without saying where")
        return location

    def _finish_upload(self, session: str | None, repository: Repository, digest: str, body: bytes | IO[bytes]) -> None:
        if session is None:
            raise RegistryError(f"{repository}: the registry mounted a blob that it was not asked to mount")
        address = f"{session}{'&' if '?' in session else '?'}digest={quote(digest, safe='')}"
        headers = {"Content-Type": "application/octet-stream"}
        answer = self._transport.ask("PUT", repository.registry, address, headers, body)
        _expect(answer, (201, 204), f"write the blob {digest} to {repository}")

    @contextmanager
    def _download(self, repository: Repository, digest: str) -> Iterator[IO[bytes]]:
        """Read a layer of any size into a file and check it against its digest."""
        import tempfile

        path = f"/v2/{repository.name}/blobs/{digest}"
        with tempfile.TemporaryFile() as file:
            answer = self._transport.ask("GET", repository.registry, path, into=file)
            if answer.status == 404:
                raise MalformedImageError(f"{repository} does not have the blob {digest}")
            _expect(answer, (200,), f"read the blob {digest} of {repository}")
            file.seek(0)
            actual = hashlib.file_digest(file, digest.partition(":")[0]).hexdigest()
            if not digest.endswith(f":{actual}"):
                raise MalformedImageError(f"the content of the blob {digest} of {repository} has another digest")
            yield file


def digest_of(content: bytes) -> str:
    """Give the digest that a registry will know this content by."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _verified(content: bytes, stated: str, what: str) -> str:
    algorithm = stated.partition(":")[0]
    if algorithm not in ("sha256", "sha512"):
        return digest_of(content)
    actual = f"{algorithm}:{hashlib.new(algorithm, content).hexdigest()}"
    if actual != stated:
        raise MalformedImageError(f"{what}: the content has the digest {actual}, not {stated}")
    return actual


def _expect(answer: Answer, statuses: tuple[int, ...], action: str) -> None:
    if answer.status in statuses:
        return
    if answer.status in (401, 403):
        raise RegistryError(f"the registry denies access to {action} (status {answer.status})")
    raise RegistryError(f"the registry failed to {action}: status {answer.status} {_reason(answer.body)}".rstrip())


def _reason(body: bytes) -> str:
    """Give the first error that the registry names, as the distribution specification's "Error Codes" has it."""
    try:
        first = json.loads(body)["errors"][0]
        return f"{first['code']} {first.get('message', '')}"[:200]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        return ""
