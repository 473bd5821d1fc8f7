"""Archives, or folders of programs, that a release ships: one for each platform, whole and alike."""

from __future__ import annotations

from fixtures.artifacts.release import Release
from fixtures.oci.platforms import Platform
from suites import expect, requirement


@requirement("artifact-set")
def test_each_promised_platform_has_one(release: Release, promised: Platform) -> None:
    expect.one_for(release, promised)


@requirement("artifact-set")
def test_no_other_platform_has_one(release: Release) -> None:
    expect.only_promised(release)
