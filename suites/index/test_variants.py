"""Which of several variants is chosen, and what it means that none is stated."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from fixtures.lifecycle.lifecycle import Lifecycle
from fixtures.oci.platforms import AMD64, ARM64, ARM64_V8, ARM_V6, ARM_V7, Platform
from fixtures.oci.samples import index_of
from fixtures.storage.scope import StorageScope
from suites import Needs, expect, requirement
from suites.calls.index_consumers import CONSUMERS, IndexConsumer, Rebaser, others, takes

every_consumer_but_the_rebaser = pytest.mark.parametrize(
    "consumer",
    [consumer for consumer in CONSUMERS if not isinstance(consumer, Rebaser)],
    ids=lambda consumer: consumer.name,
)
ARM64_V9, AMD64_V3 = Platform("linux", "arm64", "v9"), Platform("linux", "amd64", "v3")
ARM_OF_A_WORD, AMD64_OF_A_WORD = Platform("linux", "arm", "vfpv3"), Platform("linux", "amd64", "vnni")
"""Of variants that no table has: whatever they mean, they are no level."""


@dataclass(frozen=True)
class Variants:
    """Which of the offered platforms is to be taken for the wanted one."""

    wanted: Platform
    offered: tuple[Platform, ...]
    expected: Platform

    @property
    def needs(self) -> Needs:
        """What every phase needs but the rebaser: it chooses for what it runs as."""
        return Needs(platform=str(self.wanted))


VARIANTS = {
    "arm64-takes-v8": Variants(ARM64, (ARM64_V8,), ARM64_V8),
    "v8-takes-arm64": Variants(ARM64_V8, (ARM64,), ARM64),
    "v8-before-v9": Variants(ARM64_V8, (ARM64_V9, ARM64_V8), ARM64_V8),
    "v8-first-before-v9": Variants(ARM64_V8, (ARM64_V8, ARM64_V9), ARM64_V8),
    "v7-before-v6": Variants(ARM_V7, (ARM_V6, ARM_V7), ARM_V7),
    "v8-before-v9-for-arm64": Variants(ARM64, (ARM64_V9, ARM64_V8), ARM64_V8),
    "amd64-before-v3": Variants(AMD64, (AMD64_V3, AMD64), AMD64),
    "amd64-first-before-v3": Variants(AMD64, (AMD64, AMD64_V3), AMD64),
    "v6-before-v7": Variants(ARM_V6, (ARM_V7, ARM_V6), ARM_V6),
    "v7-before-a-word": Variants(ARM_V7, (ARM_OF_A_WORD, ARM_V7), ARM_V7),
    "amd64-before-a-word": Variants(AMD64, (AMD64_OF_A_WORD, AMD64), AMD64),
}


@requirement("index-variant")
@every_consumer_but_the_rebaser
@pytest.mark.parametrize("variants", VARIANTS.values(), ids=list(VARIANTS))
def test_variant_for_the_build_platform(
    lifecycle: Lifecycle, storage: StorageScope, consumer: IndexConsumer, variants: Variants
) -> None:
    check_variants(lifecycle, storage, consumer, variants)


@requirement("index-variant")
@pytest.mark.parametrize("name", VARIANTS)
def test_variant_for_the_app(lifecycle: Lifecycle, storage: StorageScope, name: str) -> None:
    check_variants(lifecycle, storage, Rebaser(), VARIANTS[name])


def check_variants(lifecycle: Lifecycle, storage: StorageScope, consumer: IndexConsumer, variants: Variants) -> None:
    """Raise NonConforming unless the phase takes the expected one; Untestable where it can't make a plain choice."""
    images = {str(platform): consumer.make(platform) for platform in variants.offered}
    other, exact = others(consumer, variants.wanted, 1), consumer.make(variants.wanted)
    with expect.positive_control():
        takes(
            storage,
            consumer,
            consumer.read(lifecycle, storage, index_of(*other, exact), variants.wanted),
            {"the plain choice": exact},
            "the plain choice",
        )

    run = consumer.read(lifecycle, storage, index_of(*other, *images.values()), variants.wanted)

    takes(storage, consumer, run, images, str(variants.expected))
