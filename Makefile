# Every command installs what it needs (Debian packages only, through scripts/setup.sh) and can be run again at any time.
# What the commands do stands in scripts/: one script, one idea.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory --no-builtin-rules

PYTHON := /usr/bin/python3
PREFIX ?= /usr/local
DESTDIR ?=
SECONDS_OF_FUZZING := $(or $(SECONDS),60)

.PHONY: help demo build install test goldens lint bench negatives mutants fuzz spec clean

help: ## Shows this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: build ## Starts a daemon in a temporary folder and resets a forgotten password (KEEP=1 leaves it running)
	@scripts/setup.sh test
	@KEEP='$(KEEP)' scripts/demo.sh

build: ## Builds the four programs for installation
	@scripts/setup.sh build
	@scripts/build.sh release client

install: ## Copies the built programs (PREFIX=/usr/local, DESTDIR=)
	@PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' scripts/install.sh

test: ## Runs all tests (SANITIZE=thread or address: Swift's tests only)
	@scripts/setup.sh build test
	@SANITIZE='$(SANITIZE)' scripts/test.sh

goldens: ## Records anew what people see at terminals, to be read before it is committed
	@scripts/setup.sh build test
	@scripts/build.sh debug client
	@SSPR_GOLDENS=renew PYTHONNOUSERSITE=1 PYTHONDONTWRITEBYTECODE=1 $(PYTHON) -m pytest -p no:cacheprovider -q \
		Tests/DaemonTests/Attacks/terminal/test_goldens.py </dev/null

lint: ## Checks format, layers, tree and scripts
	@scripts/setup.sh lint
	@scripts/lint.sh

bench: ## Measures against C and SwiftNIO (ROWS='socket codec', ROUNDS=5, JSON=1); six minutes after the build
	@scripts/setup.sh build bench
	@scripts/build.sh release client bench >&2
	@PREFIX='' DESTDIR=.build-bench/installed scripts/install.sh >&2
	@$(PYTHON) bench/run.py $(if $(JSON),--json) $(if $(ROUNDS),--rounds $(ROUNDS)) $(ROWS)

negatives: ## Proves what the client library and the static client do not contain
	@scripts/setup.sh build
	@scripts/build.sh client
	@scripts/negatives.sh

mutants: ## Breaks the daemon on purpose and expects red tests (ROWS='B9 I13', ROTATE=1: a tenth)
	@scripts/setup.sh build test
	@ROTATE='$(ROTATE)' $(PYTHON) scripts/mutants.py $(ROWS)

fuzz: ## Feeds the codec with hostile bytes (SECONDS=60)
	@scripts/setup.sh build
	@Tests/ProtocolTests/Fuzz/run.sh '$(SECONDS_OF_FUZZING)'

spec: ## Prints the pages of spec/ that come from the declarations
	@scripts/setup.sh build
	@scripts/build.sh daemon device
	@.build/debug/ssprd spec print --directory spec
	@.build/debug/sspr-device vectors >spec/vectors/devices.json

clean: ## Removes everything that was built
	rm -rf .build .build-*
