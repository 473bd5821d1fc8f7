"""Releases with a fault in their Makefile: a text of it, and what is put in its place."""

from __future__ import annotations

from pathlib import Path

from fixtures.artifacts.reference import CHECKOUT
from tests.truth.mutants.artifacts.mutant import ReleaseMutant

MAKEFILE = f"{CHECKOUT}/Makefile"

_BUILD = "GOARCH=$(arch)"
_MKDIR = "\tmkdir -p $(OUT)/$*/lifecycle\n"
_LAUNCHER = "\t$(call compile,launcher)\n"
_LINKS = "\tfor phase in $(PHASES); do ln -sf lifecycle $(OUT)/$*/lifecycle/$$phase || exit; done\n"
_PACK = "-cf packing lifecycle.toml lifecycle"
_FINISH = "gzip -nf --suffix=.done packing && mv packing.done $(archive)"


def _mutant(name: str, killed_by: str, *changes: tuple[str, str], origin: str = "rule") -> ReleaseMutant:
    def change(release: Path) -> None:
        path = release / MAKEFILE
        text = path.read_text()
        for old, new in changes:
            assert old in text, f"{name} is stale: {old!r} is not in the Makefile"
            text = text.replace(old, new)
        path.write_text(text)

    return ReleaseMutant(name, f"checkout-{killed_by}", change, place=f"checkout:{CHECKOUT}", origin=origin)


def _only(platform: str, then: str, otherwise: str) -> str:
    return f"$(if $(filter {platform},$*),{then},{otherwise})"


MUTANTS = (
    _mutant("arm64-target-builds-amd64", "build", (_BUILD, f"GOARCH={_only('linux-arm64', 'amd64', '$(arch)')}")),
    _mutant(
        "launcher-for-the-machine",
        "build",
        (_LAUNCHER, "\t$(subst GOARCH=$(arch),,$(call compile,launcher))\n"),
    ),
    _mutant("one-folder-for-all", "build", ("$(OUT)/$*/lifecycle", "$(OUT)/lifecycle")),
    _mutant("programs-without-links", "build", ("\tfor phase in $(PHASES); do ln -sf", "\tfor phase in; do ln -sf")),
    _mutant("programs-not-executable", "build", (_LAUNCHER, f"{_LAUNCHER}\tchmod 644 $(OUT)/$*/lifecycle/launcher\n")),
    _mutant("folder-of-the-caller", "build", ("OUT := $(ROOT)out", "OUT := $(PWD)/out")),
    _mutant(
        "folder-without-the-platform", "build", ("$(OUT)/$*/lifecycle", "$(OUT)/$(subst linux,build,$*)/lifecycle")
    ),
    _mutant("packs-the-folder-of-amd64", "package", ("cd $(OUT)/$* && tar", "cd $(OUT)/linux-amd64 && tar")),
    _mutant("packs-no-launcher", "package", (_PACK, f"--exclude=launcher {_PACK}")),
    _mutant(
        "packs-others-too",
        "package",
        (_FINISH, f"{_FINISH} && cp $(archive) $(OUT)/lifecycle-v$(VERSION)+linux.$(subst arm64,riscv64,$(arch)).tgz"),
    ),
    _mutant(
        "umbrella-forgets-one",
        "umbrella",
        ("build: $(PLATFORMS:%=build-%)", "build: $(patsubst %,build-%,$(wordlist 2,9,$(PLATFORMS)))"),
    ),
    _mutant(
        "package-umbrella-forgets-one",
        "umbrella",
        ("package: $(PLATFORMS:%=package-%)", "package: $(patsubst %,package-%,$(wordlist 2,9,$(PLATFORMS)))"),
    ),
    _mutant(
        "package-umbrella-packs-one-more",
        "umbrella",
        (
            "package: $(PLATFORMS:%=package-%)",
            "package: $(PLATFORMS:%=package-%) ; cd $(OUT) && cp *linux.arm64.tgz x+darwin.arm64.tgz",
        ),
    ),
    _mutant("build-cleans-first", "apart", (_MKDIR, f"\trm -rf $(OUT)\n{_MKDIR}")),
    _mutant(
        "package-cleans-first",
        "apart",
        ("\tcp $(ROOT)lifecycle.toml", "\trm -f $(OUT)/*.tgz\n\tcp $(ROOT)lifecycle.toml"),
    ),
    _mutant(
        "build-touches-a-sibling",
        "apart",
        (_MKDIR, f"{_MKDIR}\tif test -d $(OUT)/linux-arm64; then echo $* > $(OUT)/linux-arm64/lifecycle/built; fi\n"),
    ),
    _mutant(
        "links-before-the-folder",
        "parallel",
        ("$(PLATFORMS:%=build-%): build-%:\n", "$(PLATFORMS:%=build-%): build-%: folder-% links-%\n"),
        (_LINKS, ""),
        ("# What is packed", f"folder-%: ; mkdir -p $(OUT)/$*/lifecycle\nlinks-%:\n{_LINKS}# What is packed"),
        origin="habit",
    ),
    _mutant(
        "one-place-to-pack-in",
        "parallel",
        (
            "cd $(OUT)/$* && tar",
            "rm -rf $(OUT)/stage && cp -R $(OUT)/$* $(OUT)/stage && mkdir $(OUT)/stage/x && cd $(OUT)/stage && tar",
        ),
        ("cd $(OUT)/$* && gzip", "cd $(OUT)/stage && gzip"),
    ),
    _mutant("any-platform-is-built", "unknown", (".PHONY:", "build-%: ; @true\n.PHONY:")),
    _mutant("any-platform-is-packed", "unknown", (".PHONY:", "package-%: ; @true\n.PHONY:")),
    _mutant(
        "unknown-platform-is-built-as-amd64",
        "unknown",
        (".PHONY:", "build-%: build-linux-amd64 ; cp -R $(OUT)/linux-amd64 $(OUT)/$* && false\n.PHONY:"),
    ),
    _mutant("compiling-may-fail", "failure", (_LAUNCHER, f"\t-{_LAUNCHER[1:]}")),
    _mutant(
        "first-program-may-fail",
        "failure",
        (
            "\t$(call compile,lifecycle)\n\t$(call compile,launcher)\n",
            "\t$(call compile,lifecycle); $(call compile,launcher)\n",
        ),
    ),
    _mutant(
        "loop-passes-over-failures",
        "failure",
        (
            "build: $(PLATFORMS:%=build-%)",
            "build: ; for each in $(PLATFORMS); do $(MAKE) -f $(ROOT)Makefile build-$$each; done",
        ),
        origin="habit",
    ),
    _mutant(
        "broken-archive-left",
        "failure",
        ("-cf packing lifecycle.toml lifecycle", "-czf $(archive) lifecycle.toml lifecycle"),
        (
            "\tcp $(ROOT)lifecycle.toml $(OUT)/$*/lifecycle.toml\n",
            "\tmkdir -p $(OUT)/$*; cp $(ROOT)lifecycle.toml $(OUT)/$*/lifecycle.toml\n",
        ),
        (f"\tcd $(OUT)/$* && {_FINISH}\n", ""),
    ),
    _mutant(
        "packing-may-fail",
        "failure",
        ("\tcd $(OUT)/$* && tar", "\t-cd $(OUT)/$* && tar"),
        (f"\tcd $(OUT)/$* && {_FINISH}", f"\t-cd $(OUT)/$* && {_FINISH}"),
        ("\tcd $(OUT) && sha256sum", "\t-cd $(OUT) && sha256sum"),
        ("\tcp $(ROOT)", "\t-cp $(ROOT)"),
    ),
    _mutant("dates-in-the-archive", "repeatable", (" --mtime=@315532801", " --mtime=now")),
    _mutant(
        "date-in-the-compressed",
        "repeatable",
        ("gzip -nf", "gzip -f"),
        ("-cf packing lifecycle.toml lifecycle", "-cf packing lifecycle.toml lifecycle && touch packing"),
    ),
    _mutant("date-in-the-name", "repeatable", ("VERSION := 1.2.3", "VERSION := 1.2.3-$(shell date +%s%N)")),
    _mutant("amd64-by-chance", "any-machine", (_BUILD, _only("linux-amd64", "", _BUILD)), origin="habit"),
    _mutant("linux-by-chance", "any-machine", ("GOOS=linux ", "")),
    _mutant(
        "architecture-of-uname",
        "any-machine",
        (
            "arch = $(word 2,$(subst -, ,$*))",
            "arch = $(if $(filter linux-amd64,$*),$(subst x86_64,amd64,$(shell uname -m)),$(word 2,$(subst -, ,$*)))",
        ),
    ),
    _mutant(
        "folder-of-the-environment",
        "environment",
        ("OUT := $(ROOT)out", "OUT_DIR ?= $(OUT)/$*\nOUT := $(ROOT)out"),
        ("$(OUT)/$*/lifecycle", "$(OUT_DIR)/lifecycle"),
    ),
    _mutant(
        "system-of-the-environment",
        "environment",
        ("unexport GOOS GOARCH GOARM GOFLAGS\n", ""),
        ("GOOS=linux ", ""),
        ("arch = ", "export GOOS ?= linux\narch = "),
    ),
    _mutant(
        "variant-of-the-environment", "environment", ("unexport GOOS GOARCH GOARM GOFLAGS\n", ""), ("GOARM=7 ", "")
    ),
    _mutant("linked-to-the-c-library", "static", ("CGO_ENABLED=0 ", "")),
)

_ARCHIVE = "-lifecyclePath $(archive)"
_TAG = "lifecycle:$(VERSION)-$*"
_MAKE_IMAGE = "cd $(ROOT) && go run ./tools/image"

IMAGE_MUTANTS = (
    _mutant(
        "image-of-amd64-called-arm64",
        "image",
        ("-arch $(arch)", f"-arch {_only('linux-arm64', 'amd64', '$(arch)')}"),
    ),
    _mutant(
        "image-with-programs-of-amd64",
        "image",
        (_ARCHIVE, _only("linux-arm64", _ARCHIVE.replace("$(archive)", "$(OUT)/*x86-64.tgz"), _ARCHIVE)),
        ("build-image-%: build-% package-%", "build-image-%: build-% package-% build-linux-amd64 package-linux-amd64"),
    ),
    _mutant("one-tag-for-all-images", "image", (_TAG, "lifecycle:$(VERSION)")),
    _mutant("images-only-for-the-machine", "image", (_MAKE_IMAGE, f"[ $(arch) = $$(go env GOARCH) ] && {_MAKE_IMAGE}")),
    _mutant("image-target-does-nothing", "image", ("go run ./tools/image", "true")),
)
"""What only an engine shows."""
