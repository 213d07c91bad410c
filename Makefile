# Everything a fresh machine needs is Python 3.11 or later; the rest is pinned in requirements.lock.
.DEFAULT_GOAL := help
SHELL := /bin/sh

CAIRN_DATA ?= data
SAMPLE_AS_OF := 2026-04-01
INSTALLED := .venv/.installed
PYTHON := .venv/bin/python
# Files of tests are spread over the cores in their order; each keeps its own data roots.
PYTEST := $(PYTHON) -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder
PIP := $(PYTHON) -m pip --quiet --quiet --disable-pip-version-check

export CAIRN_DATA

.PHONY: help run test test-fast test-crash test-determinism test-order bench bench-full dev lint requirements clean

help: ## List these targets
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "make %-17s %s\n", $$1, $$2}'

run: $(INSTALLED) ## Land the committed sample and run the whole pipeline on it
	@mkdir -p "$(CAIRN_DATA)/landing"
	@cp -R data/sample/. "$(CAIRN_DATA)/landing/"
	@.venv/bin/cairn run --as-of $(SAMPLE_AS_OF)

test: $(INSTALLED) ## Run every test
	@$(PYTEST)

test-fast: $(INSTALLED) ## Run the tests that are quick, in less than a minute
	@$(PYTEST) -m "not slow"

test-crash: $(INSTALLED) ## Kill 200 runs at seeded points, an hour
	@$(PYTHON) -m assets_tests.crash --workers 2

test-determinism: $(INSTALLED) ## Derive half a million signals with other threads and memory
	@$(PYTHON) -m assets_tests.determinism

test-order: $(INSTALLED) ## Land 120 random universes in any order and late, half an hour
	@CAIRN_ORDER_EXAMPLES=120 $(PYTEST) --dist load assets_tests/order

bench: $(INSTALLED) ## Measure against bare DuckDB at a tenth of the sizes, minutes
	@CAIRN_MEMORY_LIMIT=4GiB $(PYTHON) -m benchmarks

bench-full: $(INSTALLED) ## Measure against bare DuckDB at full size, hours
	@CAIRN_MEMORY_LIMIT=4GiB $(PYTHON) -m benchmarks --full

dev: $(INSTALLED) ## Open Dagster's UI, with the schedule and the landing sensor
	@mkdir -p .dagster
	@cp dagster_instance.yaml .dagster/dagster.yaml
	@DAGSTER_HOME="$(CURDIR)/.dagster" .venv/bin/dagster dev --workspace workspace.yaml

lint: $(INSTALLED) ## Check format, style and types
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy

requirements: $(INSTALLED) ## Print which test shows which requirement, and why some need none
	@$(PYTHON) -m assets_tests.traceability

clean: ## Throw away what can be made again: the environment, caches, and what dbt and Dagster wrote
	rm -rf .venv .dagster .mypy_cache .pytest_cache .ruff_cache .hypothesis *.egg-info
	rm -rf dbt_project/target dbt_project/logs
	find pipelines assets_tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamp is written last, so that an interrupted installation is begun again.
$(INSTALLED): requirements.lock pyproject.toml
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Cairn needs Python 3.11 or later as python3.")'
	@echo "Installing into .venv (once, a minute or two) ..." >&2
	@python3 -m venv .venv
	@$(PIP) install --require-hashes --no-deps -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@
