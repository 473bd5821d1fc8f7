"""How a worker opens each storage that a plan names, and what it has to do for it around a case."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from conformance.options import Settings
from conformance.plan import Plan
from conformance.setting import REGISTRY
from fixtures.registry.chaos import Chaos
from fixtures.registry.client import Client
from fixtures.registry.gateway import Gateway
from fixtures.registry.kept import KeptContent
from fixtures.registry.ledger import Ledger
from fixtures.registry.retries import Retries
from fixtures.storage.base import Ref, Storage
from fixtures.storage.registry import Registry
from fixtures.storage.scope import StorageScope

NOT_STARTED = "127.0.0.1:1"
"""Where the registry is said to be while tests are only collected."""


class Opened(Protocol):
    """A storage of one worker."""

    @property
    def storage(self) -> Storage:
        """What tests place images in."""

    def open(self) -> None:
        """Begin to work, once there is something to run."""

    def begin(self, case: str) -> None:
        """Be ready for a case of this name."""

    def notes(self) -> Iterator[tuple[str, int]]:
        """Tell what there was to notice since the last time, as a text that follows a number, and the number."""

    def kept(self, scope: StorageScope, written: Mapping[Ref, str]) -> KeptContent | None:
        """Give what the phases of a case were told is there, as it was before them; None where it can't be kept.

        `written` are the names that they wrote to, with the digest that each led to then.
        """

    def close(self) -> None:
        """Let go of everything."""


class OpenedRegistry:
    """The run's registry behind a gateway of this worker's; `prefix` begins the names of all that it holds for it."""

    def __init__(self, plan: Plan, settings: Settings, prefix: str) -> None:
        store, known, retries = plan.store or NOT_STARTED, Ledger(), Retries()
        self._soak = settings.soak
        self._gateway = Gateway(store, known, retries)
        self._client = Client(store, known, retries)
        self.storage = Registry(self._client, self._gateway, prefix)

    def open(self) -> None:
        """Start the gateway."""
        self._gateway.start()

    def begin(self, case: str) -> None:
        """Let the case meet the chaos that the seed of a soak has for it."""
        self._gateway.chaos = Chaos(f"{self._soak} {case}") if self._soak else None

    def notes(self) -> Iterator[tuple[str, int]]:
        """Tell of writes that came when the phase had ended."""
        late, self._gateway.late = self._gateway.late, 0
        if late:
            yield "requests to write came after the phase had ended, and were refused", late

    def kept(self, scope: StorageScope, written: Mapping[Ref, str]) -> KeptContent:
        """Give it; what phases wrote is at the name with `-after` behind it."""
        content = KeptContent(self._gateway.address)
        for placed in scope.placed:
            repository, tag = _inside(placed.ref)
            into = content.repository(repository)
            into.manifests |= {each.digest: (each.media_type, each.body) for each in placed.artifact.manifests}
            into.blobs |= placed.artifact.blobs
            into.tags[tag] = placed.digest
        content.without({digest for _, digest in scope.lost})
        for ref, digest in written.items():
            repository, tag = _inside(ref)
            content.collect(self._client, repository, digest)
            content.repository(repository).tags[f"{tag}-after"] = digest
        return content

    def close(self) -> None:
        """Stop the gateway, and let go of the registry."""
        self._gateway.stop()
        self._client.close()


def _inside(ref: Ref) -> tuple[str, str]:
    """Give the repository of a name, and its tag."""
    return ref.place.partition("/")[2], ref.text[len(ref.place) + 1 :]


OPENERS: Mapping[str, Callable[[Plan, Settings, str], Opened]] = {REGISTRY: OpenedRegistry}
"""By the name of the storage: takes the plan, the options and the prefix of a worker's names."""
