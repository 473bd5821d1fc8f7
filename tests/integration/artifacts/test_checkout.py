"""Running make in private copies: what it can reach, what is seen of it, and what is left of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from fixtures.artifacts import copies, trees
from fixtures.artifacts.checkout import Checkout
from fixtures.artifacts.made import Made
from fixtures.artifacts.naming import Naming
from fixtures.artifacts.sources import Sources
from fixtures.artifacts.stand_ins import EVERY_CALL, VERSION, Conditions
from fixtures.artifacts.trees import tree_of
from fixtures.errors import ReleaseDamaged
from fixtures.execution import load
from fixtures.execution.containment import containment
from fixtures.oci.platforms import AMD64, ARM64, Platform
from fixtures.oci.program_headers import platforms_of

Open = Callable[[str], Checkout]


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    """What opens a checkout with a Makefile."""

    def open_checkout(makefile: str) -> Checkout:
        project = tmp_path / "project"
        project.mkdir()
        (project / "Makefile").write_text(makefile)
        return Checkout(Sources.at(project), Naming(), (AMD64, ARM64), tmp_path / "scratch", [])

    return open_checkout


def test_a_copy_is_written_to_and_the_original_is_not(opened: Open, tmp_path: Path) -> None:
    checkout = opened("build-linux-arm64:\n\tGOOS=linux GOARCH=arm64 go build -o out/program .\n")
    before = tree_of(tmp_path / "project")

    copy = checkout.copy()
    made = copy.build(ARM64)

    assert (made.status, set(made.left), made.gone) == (0, {"out/program"}, frozenset())
    assert platforms_of(copy.root / "out" / "program") == {ARM64}
    assert made.calls == (("go", "build", "GOOS=linux", "GOARCH=arm64", ".", "-o=out/program"),)
    assert tree_of(tmp_path / "project") == before


def test_surroundings_are_bare(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "of whoever runs the suite")
    checkout = opened('build:\n\tset > out\n\tls -A "$$HOME" "$$TMPDIR" >> out\n\tgit describe --tags > version\n')

    copy = checkout.copy()
    made = copy.make("build")

    assert made.status == 0, made.completed.stderr
    text = (copy.root / "out").read_text()
    assert "SECRET" not in text
    assert f"PWD='{copy.root}'" in text
    assert os.environ["HOME"] not in text.split("PATH=")[0]
    assert (copy.root / "version").read_text() == f"v{VERSION}\n"


def test_containment_keeps_files_network_and_services_away(opened: Open, tmp_path: Path) -> None:
    if containment().wrapper[:1] != ("bwrap",):
        pytest.skip(f"programs run {containment().description}")
    outside = tmp_path / "outside"
    checkout = opened(
        f"build:\n\t-touch {outside}\n\t-touch /etc/touched\n\tls /run > run\n\tcat /proc/net/dev > network\n"
    )

    copy = checkout.copy()
    made = copy.make("build")

    assert made.status == 0
    assert not outside.exists()
    assert not Path("/etc/touched").exists()
    assert (copy.root / "run").read_text() == ""
    assert {line.split(":")[0].strip() for line in (copy.root / "network").read_text().splitlines()[2:]} == {"lo"}


def test_what_it_began_ends_with_it(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "DEADLINE", 1.0)
    monkeypatch.setattr(load, "slowdown", lambda: 1.0)
    checkout = opened("build:\n\tsleep 1000 & sleep 1001\n")

    made = checkout.copy().make("build")

    assert made.status is None
    assert "did not end within 1 s" in made.ending
    assert not [path for path in Path("/proc").glob("[0-9]*/cmdline") if b"sleep\x00100" in _read(path)]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_more_files_than_are_looked_at_are_a_fact(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    checkout = opened("build:\n\tfor each in 1 2 3 4 5; do touch $$each; done\n")
    monkeypatch.setattr(trees, "MOST_ENTRIES", 4)

    with pytest.raises(ReleaseDamaged, match="more than 4 files"):
        checkout.copy().make("build")


@pytest.mark.parametrize(
    ("conditions", "text"),
    [
        (Conditions(machine=Platform("freebsd", "s390x")), "freebsd/s390x s390x s390x Linux"),
        (Conditions(machine=ARM64), "linux/arm64 aarch64 aarch64 Linux"),
    ],
    ids=["freebsd", "arm64"],
)
def test_the_machine_seems_to_be_another(opened: Open, conditions: Conditions, text: str) -> None:
    checkout = opened("build:\n\techo $$(go env GOOS)/$$(go env GOARCH) $$(uname -m) $$(arch) $$(uname -s) > machine\n")

    copy = checkout.copy(conditions)
    copy.make("build")

    assert (copy.root / "machine").read_text().strip() == text


def test_tools_fail_and_are_late_as_they_are_told(opened: Open) -> None:
    checkout = opened("build:\n\tgo build -o program .\npack:\n\ttar cf archive.tar Makefile\nlate:\n\tmkdir late\n")

    assert checkout.copy(Conditions(failing_call=EVERY_CALL)).make("build").status == 2
    assert checkout.copy(Conditions(is_packer_failing=True)).make("pack").status == 2
    assert checkout.copy(Conditions(is_slow=True)).make("late").completed.seconds > 0.3


def test_from_elsewhere_both_places_are_seen(opened: Open) -> None:
    checkout = opened("build:\n\ttouch inside $(PWD)/outside\n")

    made = checkout.copy().make("build", from_elsewhere=True)

    assert (set(made.left), set(made.outside), made.shell) == ({"inside"}, {"outside"}, "make -C DIR build")


def test_archives_and_folders_are_read_at_once(opened: Open) -> None:
    names = "analyzer builder creator detector exporter launcher rebaser restorer"
    checkout = opened(
        f"build:\n\tfor each in {names}; do GOARCH=arm64 go build -o out/linux-arm64/$$each .; done\n"
        "\ttar czf out/x+linux.arm64.tgz -C out linux-arm64\n\techo broken > out/x+linux.amd64.tgz\n"
    )

    made = checkout.copy().make("build")

    (folder,) = made.folders_for(ARM64)
    assert set(folder.digests) == set(names.split())
    (packed,) = made.archives_for(ARM64)
    assert packed.digests == folder.digests
    (broken,) = made.archives_for(AMD64)
    assert broken.problem


CALLS = [
    "run tools/version/main.go",
    "run ./tools/lister/main.go",
    "run ./tools/other/main.go",
    "build -o out/deep/program ./cmd/lifecycle",
    "build -o program -a ./cmd/launcher",
    "build -ldflags '-s -w' -o program ./cmd/launcher",
    "build -o=program -tags x ./cmd/launcher",
    "build -o out/ ./cmd/...",
    "build -o out .",
    "build ./cmd/launcher",
    "build -ldflags \"-extldflags '-static'\" -o program .",
    "env GOARCH",
    "version",
]
ENVIRONMENTS = [
    "CGO_ENABLED=0",
    "CGO_ENABLED=0 GOARCH=arm64",
    "",
    "GOOS=linux GOARCH=pdp11 CGO_ENABLED=0",
    "GOFLAGS=-v",
]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_go_answers_alike_with_and_without_its_front(opened: Open, environment: str) -> None:
    targets = [f"{number}:\n\t{environment} go {call} > said\n" for number, call in enumerate(CALLS)]
    checkout = opened("".join(targets))
    for name in ("lifecycle", "launcher"):
        place = checkout.sources.directory / "cmd" / name
        place.mkdir(parents=True)
        (place / "main.go").write_text("package main\n")

    for number, call in enumerate(CALLS):
        quick = checkout.copy().make(str(number))
        in_full = checkout.copy(Conditions(failing_call=99)).make(str(number))

        assert _what_it_did(quick) == _what_it_did(in_full), call


def _what_it_did(made: Made) -> tuple[object, ...]:
    said = (made.root / "said").read_text().replace(str(made.root), "")
    return made.status, said, made.calls, {path: made.left[path].digest for path in made.left if path != "said"}
