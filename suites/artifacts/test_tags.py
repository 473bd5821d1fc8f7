"""The tags of a release in a registry: of a commit, of a version, and `latest`, for all platforms and for each."""

from __future__ import annotations

import pytest

from fixtures.artifacts.release import Release
from fixtures.artifacts.versions import TagKind
from fixtures.oci.platforms import Platform
from suites import expect, requirement

of_each_kind = pytest.mark.parametrize("kind", TagKind, ids=str)


@of_each_kind
@requirement("tag-list")
def test_tag_leads_to_a_list(release: Release, kind: TagKind) -> None:
    for tags in expect.tags.repositories(release):
        expect.tags.each_tagged(tags, kind, expect.tags.leads_to_list, release.images)


@requirement("tag-list")
def test_final_version_is_tagged_latest(release: Release) -> None:
    for tags in expect.tags.repositories(release):
        expect.tags.has_latest(tags)


@of_each_kind
@requirement("tag-arch")
def test_tag_of_a_platform_leads_to_the_image_of_the_list(release: Release, promised: Platform, kind: TagKind) -> None:
    for tags in expect.tags.repositories(release):
        expect.tags.each_tagged(tags, kind, expect.tags.leads_to_child, promised, release.naming)


@requirement("tag-retag")
def test_version_is_its_commit_tagged_again(release: Release) -> None:
    for tags in expect.tags.repositories(release):
        expect.tags.each_tagged(tags, TagKind.VERSION, expect.tags.retagged, release.images)


@requirement("tag-latest")
def test_latest_is_of_one_version(release: Release) -> None:
    for tags in expect.tags.repositories(release):
        expect.tags.of_one_version(tags, release.images)


@requirement("tag-latest-newest")
def test_latest_is_the_highest_final_version(release: Release) -> None:
    for tags in expect.tags.repositories(release):
        expect.tags.newest_is_latest(tags)
