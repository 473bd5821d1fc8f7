# The README's two commands, and what developers need besides. All of it works in .venv, which the first run makes.
#
#   make conformance LIFECYCLE=/path/to/lifecycle ARGS="--platform-api all"
#   make conformance ARTIFACTS=release:/path/to/archives
#
# make's own exit status is 2 for any failure; what the suite's was is printed last. Without make it is
# .venv/bin/lifecycle-conformance run, which installs nothing and registers nothing, and ends with the suite's own status.

# PYTHON=... picks the Python for .venv; else the newest of 3.11 to 3.14 that PATH has.
# WORKERS=... is how many processes share the work; a conformance run has as many as the lifecycle and the machine go well with.
# Of the shell's environment, what would get between .venv and us.
unexport PYTHONPATH PYTHONHOME
export PYTHON

# A variable that CI never set, or a name that was mistyped, would leave the reference lifecycle to be judged in its place.
variables = ARGS ARTIFACTS LIFECYCLE N PYTHON SEED WORKERS
given := $(strip $(foreach name,$(.VARIABLES),$(if $(findstring command line,$(origin $(name))),$(name))))
unknown := $(filter-out $(variables) CONFORMANCE_% MAKE% SHELL -%,$(given))
empty := $(foreach name,$(filter $(variables),$(given)),$(if $(strip $($(name))),,$(name)))
empty += $(if $(findstring environment,$(origin LIFECYCLE)),$(if $(strip $(LIFECYCLE)),,LIFECYCLE))
# What an earlier run left must not be taken for what this one leaves, be it nothing.
forget = $(if $(findstring --report-dir,$(ARGS)),:,rm -f out/results.json out/junit.xml)
define wrong-usage
$(shell $(forget))$(error $(strip $(1))
exit status of the suite: 4)
endef
$(if $(unknown),$(call wrong-usage,$(unknown): not known here; the variables are $(variables)))
$(if $(strip $(empty)),$(call wrong-usage,$(empty) is given but empty: say what it is to be or leave it out))

# For the targets that call pytest themselves, which looks for its settings where the first path on its command line is.
places = $(if $(findstring suites,$(ARGS)),,suites)
# Tests that take long come first (tests/conftest.py), and whoever has none left takes some of the others'. There is one
# worker more than WORKERS: a fifth of the time of the tests is spent waiting for servers that are late on purpose.
spread = -n $$(($(or $(WORKERS),2) + 1)) --dist=worksteal
lifecycle = $(if $(LIFECYCLE),'--lifecycle=$(subst ','\'',$(LIFECYCLE))')
# CI systems have an ARTIFACTS of their own: the environment's is called CONFORMANCE_ARTIFACTS.
released = $(if $(findstring command line,$(origin ARTIFACTS)),$(ARTIFACTS))
artifacts = $(if $(released),'--artifacts=$(subst ','\'',$(released))')

# The command has to be told what to judge; where nobody says it, that is what comes with the suite.
said := $(filter-out undefined,$(origin CONFORMANCE_LIFECYCLE) $(origin CONFORMANCE_ARTIFACTS))
named = $(strip $(lifecycle) $(artifacts) $(said) $(findstring --lifecycle,$(ARGS)) $(findstring --artifacts,$(ARGS)))
ours = $(if $(named),,reference --artifacts=reference)

# Where a release alone is judged, no registry is asked for, and none of the reference's Pythons.
artifacts_alone = $(if $(released),$(if $(LIFECYCLE),,artifacts))

.PHONY: help conformance emulators emulators-remove clean check test test-all killers kill-matrix drawn-mutants lint bench soak lock venv venv-dev
.NOTPARALLEL:

help:
	@echo 'make conformance       judge the lifecycle and the release that come with the suite; LIFECYCLE=./lifecycle: yours'
	@echo 'make emulators         run programs of other architectures on this machine; make emulators-remove takes it back'
	@echo 'make clean             take away what these left here and got'
	@echo 'make test              test the suite itself; make check is what to run before a commit'
	@echo 'More of them, and their variables: CONTRIBUTING.md, and the head of Makefile.'

conformance: venv
	@$(forget)
	@$(if $(artifacts_alone),,tools/provide-registry)
	@tools/provide-emulators '$(subst ','\'',$(or $(LIFECYCLE),$(artifacts_alone)))' '$(subst ','\'',$(ARGS))'
	@.venv/bin/python -m tools.emulated .venv/bin/lifecycle-conformance run $(ours) $(lifecycle) $(artifacts) \
		$(if $(WORKERS),-n $(WORKERS)) --report-dir=out $(ARGS) || { status=$$?; echo "exit status of the suite: $$status" >&2; exit $$status; }

# What it takes to run programs of every architecture, in containers too, and to judge the reference lifecycle as them.
# It stays, until `make emulators-remove` or the next start of the machine.
emulators: venv
	@.venv/bin/lifecycle-conformance emulators add

emulators-remove: venv
	@.venv/bin/lifecycle-conformance emulators remove

# Take away what a run and `make` left here, and got: emulators, Pythons of other architectures, the registry's image, .venv.
clean:
	@[ ! -x .venv/bin/python ] || { .venv/bin/lifecycle-conformance emulators remove && .venv/bin/python -m tools.clean; }
	@rm -rf .venv

# Before a commit: lint, types, the unit tests, and one case of each requirement on the reference lifecycle. Under 40 s.
check: venv-dev
	@.venv/bin/ruff check --quiet
	@.venv/bin/ruff format --check --quiet
	@.venv/bin/mypy --no-error-summary
	@.venv/bin/pytest tests/unit tests/truth/test_reference.py $(spread) -q $(ARGS)

# The tests of ours that leave this machine as it is, but the long ones; mutants, nulls and second lifecycle by a sample.
test: venv-dev
	@.venv/bin/pytest tests $(spread) $(ARGS)

# The same with every case; ARGS=--changes-machine for the tests that register emulators, too.
test-all: venv-dev
	@.venv/bin/pytest tests --whole $(spread) $(ARGS)

# Renew tests/truth/mutants/killers.json: the case that kills a mutant first, which `make test` begins with.
killers: venv-dev
	@.venv/bin/pytest tests/truth/mutants -k is_killed --renew-killers $(spread) $(ARGS)

# Every faulty lifecycle against every requirement: docs/kill-matrix.md. ARGS="first-child 'force-*'" runs some, and keeps the rest.
kill-matrix: venv-dev
	@.venv/bin/python -m tests.truth.mutants.kill_matrix --workers $(or $(WORKERS),2) $(ARGS)

# Faults that a machine makes of the reference lifecycle, drawn by chance: which does the suite see? ARGS="--count 150 --seed 7
# --minutes 45" says how many, which, and for how long; ARGS="KEY FILE" judges those, and no draw. tests/truth/drawn.
drawn-mutants: venv-dev
	@.venv/bin/python -m tests.truth.drawn --workers $(or $(WORKERS),2) $(ARGS)

lint: venv-dev
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	MYPYPATH=images/reference .venv/bin/mypy --package reference_lifecycle
	PYTHONPATH=images/reference .venv/bin/lint-imports
	.venv/bin/python -m tools.check_repository
	.venv/bin/python -m tools.check_words

# Budgets of speed and memory, measured: bench/budgets.py. ARGS="--help" says what it can be asked for.
bench: venv
	@.venv/bin/python -m bench --workers $(or $(WORKERS),2) $(lifecycle) $(ARGS)

# The whole suite N times, each in another order and with a registry that is late and breaks connections: does a verdict
# change? SEED=... repeats a soak.
N ?= 50
soak: venv
	@tools/provide-registry
	@.venv/bin/python -m tools.soak --runs $(N) --workers $(or $(WORKERS),2) $(if $(SEED),--seed '$(SEED)') -- \
		$(places) $(lifecycle) $(ARGS)

# Renew the lock files from pyproject.toml; ARGS="--upgrade" for newer releases.
lock: venv
	@tools/renew-locks $(ARGS)

venv:
	@tools/make-venv requirements.lock

venv-dev:
	@tools/make-venv requirements-dev.lock
