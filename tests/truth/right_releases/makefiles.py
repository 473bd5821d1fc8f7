"""Makefiles of releases that are right, each another way than the reference's: nobody who does so is to be accused."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from fixtures.artifacts import reference
from fixtures.oci.platforms import AMD64, ARM64
from fixtures.paths import REFERENCE_RELEASE

_PHASES = "analyzer builder creator detector exporter rebaser restorer"


@dataclass(frozen=True)
class RightMakefile:
    """A Makefile and what belongs to it: further files by path, and the section `[artifacts]` without its places."""

    name: str
    text: str
    section: str = ""
    files: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


PLAIN_TAR = RightMakefile(
    "plain-tar",
    r"""
# Files are targets, packing is plain tar, and what fails is deleted by make.
.DELETE_ON_ERROR:
OUT := $(CURDIR)/out
PLATFORMS := linux-amd64 linux-arm64
PHASES := builder creator detector exporter rebaser restorer
build: $(PLATFORMS:%=build-%)
package: $(PLATFORMS:%=package-%)
unexport GOOS GOARCH
define rules
build-$(1): $(OUT)/$(1)/analyzer $(OUT)/$(1)/launcher
$(OUT)/$(1)/analyzer $(OUT)/$(1)/launcher: $(OUT)/$(1)/%: main.go
	mkdir -p $(OUT)/$(1)
	GOOS=$(word 1,$(subst -, ,$(1))) GOARCH=$(word 2,$(subst -, ,$(1))) CGO_ENABLED=0 go build -o $$@ ./cmd/$$*
	test $$* = launcher || for each in $(PHASES); do ln -sf analyzer $(OUT)/$(1)/$$$$each; done
package-$(1): $(OUT)/lifecycle-v1.2.3+$(subst -,.,$(1)).tgz
$(OUT)/lifecycle-v1.2.3+$(subst -,.,$(1)).tgz: $(OUT)/$(1)/analyzer $(OUT)/$(1)/launcher
	tar --sort=name --mtime=@0 --owner=0 --group=0 -C $(OUT) -cf $(OUT)/$(1).unpacked $(1)
	gzip -nc $(OUT)/$(1).unpacked > $$@
endef
$(foreach platform,$(PLATFORMS),$(eval $(call rules,$(platform))))
""",
    files={"main.go": "package main\n"},
)

RECURSIVE = RightMakefile(
    "recursive-make-and-separate-programs",
    rf"""
# One Makefile calls itself for each platform, and each program is compiled for itself; packing builds what it packs.
SHELL := /bin/bash
.SHELLFLAGS := -eo pipefail -c
PHASES := {_PHASES} extender launcher
HERE := $(dir $(realpath $(firstword $(MAKEFILE_LIST))))
PLATFORMS := linux/amd64 linux/arm64
names = $(subst /,-,$(PLATFORMS))
.PHONY: build package one
build: $(names:%=build-%)
package: $(names:%=package-%)
$(names:%=build-%): build-%:
	$(MAKE) -C $(HERE) one OS=$(word 1,$(subst -, ,$*)) ARCH=$(word 2,$(subst -, ,$*))
ifdef OS
ifdef ARCH
one: export GOOS := $(OS)
one: export GOARCH := $(ARCH)
one: export CGO_ENABLED := 0
one:
	mkdir -p build/$(OS)/$(ARCH)/lifecycle
	for phase in $(PHASES); do go build -ldflags '-s -w' -o build/$(OS)/$(ARCH)/lifecycle/$$phase ./cmd/$$phase; done
endif
endif
$(names:%=package-%): package-%: build-%
	cd $(HERE)build/$(subst -,/,$*) && tar --sort=name --mtime=@0 --owner=0 --group=0 -c lifecycle | gzip -n > .packed
	mv $(HERE)build/$(subst -,/,$*)/.packed $(HERE)build/lifecycle-$*.tar.gz
""",
    section='folder = "build/{os}/{arch}"\n',
    files={f"cmd/{name}/main.go": "package main\n" for name in (*_PHASES.split(), "extender", "launcher")},
)

SEED = RightMakefile(
    "names-of-2020",
    r"""
# Names as issue 435 asks for them: x86-64 in targets, a folder for each system, an umbrella for each system.
ROOT := $(dir $(abspath $(lastword $(MAKEFILE_LIST))))
ARCHS := x86-64 arm64
unexport GOOS GOARCH GOFLAGS
PHASES := analyzer builder creator detector exporter rebaser restorer
define rules
build-$(1)-$(2): export GOOS := $(1)
build-$(1)-$(2): export GOARCH := $(subst x86-64,amd64,$(2))
build-$(1)-$(2): export CGO_ENABLED := 0
build-$(1)-$(2):
	mkdir -p $(ROOT)out/$(1)/$(2)
	cd $(ROOT) && go build -o out/$(1)/$(2)/lifecycle$(3) ./cmd/lifecycle
	cd $(ROOT) && go build -o out/$(1)/$(2)/launcher$(3) ./cmd/launcher
	cd $(ROOT)out/$(1)/$(2) && set -e; for each in $(PHASES); do ln -sf lifecycle$(3) $$$$each$(3); done
package-$(1)-$(2):
	cd $(ROOT) && go run ./tools/packager -inputDir out/$(1)/$(2) -version 1.2.3 \
		-archivePath out/lifecycle-v1.2.3+$(1).$(2).tgz -descriptorPath lifecycle.toml
endef
$(foreach arch,$(ARCHS),$(eval $(call rules,linux,$(arch),)))
$(foreach arch,$(ARCHS),$(eval $(call rules,windows,$(arch),.exe)))
build-linux: $(ARCHS:%=build-linux-%)
build-windows: $(ARCHS:%=build-windows-%)
package-linux: $(ARCHS:%=package-linux-%)
package-windows: $(ARCHS:%=package-windows-%)
# One index in an archive; what it is made of goes.
build-image: build-linux
	for arch in $(ARCHS); do \
		folder=$(ROOT)images/linux-$$(echo $$arch | sed s/x86-64/amd64/); mkdir -p $$folder && \
		cp -a $(ROOT)out/linux/$$arch $$folder/lifecycle && cp $(ROOT)lifecycle.toml $$folder || exit; \
	done
	sh $(ROOT)tools/layout.sh $(ROOT)images $$(ls $(ROOT)images)
	tar -C $(ROOT)images/image -cf $(ROOT)out/lifecycle.oci . && rm -r $(ROOT)images
""",
    section='names = "seed-2020"\nplatforms = ["linux/amd64", "linux/arm64", "windows/amd64", "windows/arm64"]\n',
    files={
        "lifecycle.toml": "",
        "cmd/lifecycle/main.go": "package main\n",
        "cmd/launcher/main.go": "package main\n",
        "tools/layout.sh": (REFERENCE_RELEASE / "tools" / "layout.sh").read_text(),
    },
)

REALLY_BUILT = RightMakefile(
    "really-built",
    r"""
# Nothing stands in for the compiler, which is base64.
ROOT := $(dir $(abspath $(lastword $(MAKEFILE_LIST))))
PLATFORMS := linux-amd64 linux-arm64
PHASES := analyzer builder creator detector exporter rebaser restorer
build: $(PLATFORMS:%=build-%)
package: $(PLATFORMS:%=package-%)
$(PLATFORMS:%=build-%): build-%:
	mkdir -p $(ROOT)out/$*
	for each in lifecycle launcher; do \
		base64 -d $(ROOT)programs/$*.$$each >$(ROOT)out/$*/$$each && chmod 755 $(ROOT)out/$*/$$each || exit; \
	done
	for phase in $(PHASES); do ln -sf lifecycle $(ROOT)out/$*/$$phase || exit; done
$(PLATFORMS:%=package-%): package-%:
	cp $(ROOT)lifecycle.toml $(ROOT)out/$*
	tar --sort=name --mtime=@0 --owner=0 --group=0 -C $(ROOT)out/$* -cf $(ROOT)out/$*.packing .
	gzip -n <$(ROOT)out/$*.packing >$(ROOT)out/lifecycle-v1.2.3+$(subst -,.,$*).tgz && rm $(ROOT)out/$*.packing
""",
    section='stand-in = ""\n',
    files={
        "lifecycle.toml": reference.descriptor().decode(),
        **{
            f"programs/linux-{platform.architecture}.{name}": base64.encodebytes(content).decode()
            for platform in (AMD64, ARM64)
            for name, content in reference.programs(platform).items()
        },
    },
)

OTHER_COMPILER = RightMakefile(
    "compiler-of-its-own",
    r"""
# A compiler that is not Go, with a stand-in that the project has written for it.
ROOT := $(dir $(abspath $(lastword $(MAKEFILE_LIST))))
PLATFORMS := linux-amd64 linux-arm64
triple = $(subst amd64,x86_64,$(subst arm64,aarch64,$(word 2,$(subst -, ,$*))))-unknown-linux-musl
build: $(PLATFORMS:%=build-%)
package: $(PLATFORMS:%=package-%)
$(PLATFORMS:%=build-%): build-%:
	mkdir -p $(ROOT)target/$*
	set -e; for each in analyzer builder creator detector exporter launcher rebaser restorer; do \
		cargo build --target $(triple) --bin $$each --artifact-dir $(ROOT)target/$*; done
$(PLATFORMS:%=package-%): package-%:
	cd $(ROOT)target && tar --sort=name --mtime=@0 --owner=0 --group=0 -cf .$* $*
	cd $(ROOT)target && xz -f .$* && mv .$*.xz lifecycle-$*.tar.xz
""",
    section='folder = "target/{os}-{arch}"\nstand-in = "./cargo"\n',
    files={
        "cargo": """#!/bin/sh
# cargo SETTINGS build --target TRIPLE --bin NAME --artifact-dir DIR
case "$4" in x86_64*) arch=amd64;; aarch64*) arch=arm64;; *) exit 101;; esac
programs=$(sed -n 's/^programs\\t//p' "$1")
failing=$(sed -n 's/^failing\\t//p' "$1")
journal=$(sed -n 's/^journal\\t//p' "$1")
printf 'cargo\\tbuild\\t%s\\t%s\\n' "$4" "$6" >> "$journal"
number=$(grep -c . "$journal")
[ "$failing" = "$number" ] || [ "$failing" = -1 ] && exit 101
cp "$programs/linux-$arch" "$8/$6" && echo "$6" >> "$8/$6" && chmod 755 "$8/$6"
"""
    },
)

ARCHITECTURES_ALONE = RightMakefile(
    "names-of-architectures-alone",
    r"""
# All is for Linux, and no name says so.
ROOT := $(dir $(abspath $(lastword $(MAKEFILE_LIST))))
ARCHS := amd64 arm64
unexport GOOS GOARCH GOARM
PHASES := analyzer builder creator detector exporter rebaser restorer
all: $(ARCHS:%=lifecycle-%)
dist: $(ARCHS:%=dist-%)
$(ARCHS:%=lifecycle-%): lifecycle-%:
	mkdir -p $(ROOT)bin/$*
	cd $(ROOT) && GOOS=linux GOARCH=$* CGO_ENABLED=0 go build -o bin/$*/lifecycle ./cmd/lifecycle
	cd $(ROOT) && GOOS=linux GOARCH=$* CGO_ENABLED=0 go build -o bin/$*/launcher ./cmd/launcher
	for phase in $(PHASES); do ln -sf lifecycle $(ROOT)bin/$*/$$phase || exit; done
$(ARCHS:%=dist-%): dist-%:
	cd $(ROOT)bin && tar --sort=name --mtime=@0 --owner=0 --group=0 -cf $*.packing $*
	cd $(ROOT)bin && gzip -nc $*.packing >.$* && mv .$* ../lifecycle-1.2.3-$*.tgz && rm $*.packing
""",
    section='folder = "bin/{arch}"\narchive = "lifecycle-*-{arch}.tgz"\nbuild = "lifecycle-{arch}"\n'
    'package = "dist-{arch}"\numbrella = { build = "all", package = "dist" }\n',
    files={f"cmd/{name}/main.go": "package main\n" for name in ("lifecycle", "launcher")},
)

MAKEFILES = (PLAIN_TAR, RECURSIVE, SEED, REALLY_BUILT, OTHER_COMPILER, ARCHITECTURES_ALONE)
