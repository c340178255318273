.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run serve test nevers lint bench lock clean

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
BENCH_READY := $(VENV)/.bench-ready
PIP_INSTALL := $(BIN)/python -m pip --disable-pip-version-check install -qq
# Any Python from 3.11 on will do; name another with `make setup PYTHON=/path/to/python`.
PYTHON ?= python3.13 python3.12 python3.11 python3
# What the tests need beside Python. Found, or installed where that is allowed.
TEST_PARTS ?= rabbitmq postgresql chromium
# A process for each core, each with servers of its own; `make test TEST_PROCESSES=0` keeps to one.
TEST_PROCESSES ?= auto
ROOMS := config reminders events ledger channels workers web

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' Makefile

setup: $(READY) ## a virtual environment with everything that is locked; does nothing when it stands
	@:

$(READY): requirements/dev.txt pyproject.toml
	@if ! $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	  chosen=; bare=; \
	  for python in $(PYTHON); do \
	    "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	    if "$$python" -c 'import venv, ensurepip' 2>/dev/null; then chosen=$$python; break; else bare=$$python; fi; \
	  done; \
	  if [ -z "$$chosen" ] && [ -n "$$bare" ]; then \
	    echo "setup: $$bare can't make virtual environments; install its venv package (Debian: apt-get install python3-venv)" >&2; exit 1; \
	  elif [ -z "$$chosen" ]; then \
	    echo "setup: no Python 3.11 or newer found; install one, or name it: make setup PYTHON=/path/to/python" >&2; exit 1; \
	  fi; \
	  echo "setup: making $(VENV) with $$("$$chosen" --version)"; \
	  "$$chosen" -m venv --clear $(VENV); \
	fi
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@echo "setup: installing requirements/dev.txt"
	@$(PIP_INSTALL) --require-hashes -r requirements/dev.txt
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@
	@echo "setup: ready"

run: setup ## play the sample book: what would be said to whom, day by day, against the sandbox
	@$(BIN)/amicable play examples/book.jsonl

serve: setup ## everything in one process, live on the sandbox, with a ledger of its own in var/serve
	@$(BIN)/amicable --data var/serve serve

test: setup ## every test; RabbitMQ, PostgreSQL and a browser are found, or installed where that is allowed
	@$(BIN)/python -m tests.infra.provide $(TEST_PARTS)
	@$(BIN)/python -m pytest --numprocesses $(TEST_PROCESSES) --maxprocesses 4 --dist loadfile $(PYTEST_ARGS)

nevers: setup ## years in the lives of some thousand clients: none breaks a never (longer than the tests)
	@NEVERS_LIVES=$${NEVERS_LIVES:-3000} $(BIN)/python -m pytest tests/reminders/nevers/test_lives.py

lint: setup ## style, types, and who may import whom
	@failed=0; \
	for check in "ruff check --quiet" "ruff format --check --quiet" mypy lint-imports; do \
	  $(BIN)/$$check || failed=1; \
	done; exit $$failed

bench: setup $(BENCH_READY) ## the numbers in the docs, measured on this machine
	@$(BIN)/python -m benchmarks $(BENCH_ARGS)

$(BENCH_READY): $(READY) requirements/bench.txt
	@$(PIP_INSTALL) --require-hashes -r requirements/bench.txt
	@touch $@

# One resolution for all three files, so that no two of them can disagree: dev first, the others within it.
# `make lock UPGRADE=--upgrade` takes newer releases.
LOCK = $(BIN)/python -m uv --no-config pip compile pyproject.toml --quiet --universal --python-version 3.11 \
  --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock" $(UPGRADE)

lock: setup ## resolve the dependencies again and write requirements/*.txt
	@$(PIP_INSTALL) uv
	@$(LOCK) --group build --group dev --output-file requirements/dev.txt
	@$(LOCK) --group build --constraint requirements/dev.txt --output-file requirements/run.txt
	@$(LOCK) --group build --group bench --constraint requirements/dev.txt --output-file requirements/bench.txt

clean: ## remove what was built and played; keeps nothing but the sources
	@rm -rf $(VENV) var build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find $(ROOMS) tests benchmarks -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true
