# Needs Python 3.11 or newer (with venv) and make; everything else goes into .venv.

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SUPPLY := $(VENV)/.installed-supply
LOCK := deploy/requirements.lock
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --upgrade --generate-hashes --no-header

# The first Python that is new enough and has venv. Another one: make run PYTHON=/path/to/python
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)

.DEFAULT_GOAL := help
.PHONY: help run test check bench mutate fuzz budget audit lock sbom clean

help: ## what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile

run: $(STAMP) ## start the service on http://127.0.0.1:8080
	@$(BIN)/cds-hooks serve

test: $(STAMP) ## every test that needs no more than Python
	@$(BIN)/pytest -n auto

check: $(STAMP) audit ## style, types, everything under cards/, and the audit
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/cds-hooks check --coverage

bench: $(STAMP) ## CPU per request against a bare handler
	@$(BIN)/python -m benchmarks.run

budget: $(STAMP) ## how many cards an order brings: writes docs/alert-budget.md
	@$(BIN)/python -m benchmarks.alert_budget

mutate: $(STAMP) ## does a clinical case fail for every wrong number, code and comparison?
	@$(BIN)/python -m mutation

audit: $(SUPPLY) ## known faults: in our code (bandit) and in what it is built from (pip-audit)
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive cds_hooks
	$(BIN)/python deploy/audit_dependencies.py $(LOCK)

lock: $(SUPPLY) ## the dependencies of the image and its build, with hashes: writes deploy/*.lock
	$(BIN)/$(COMPILE) pyproject.toml --output-file $(LOCK)
	$(BIN)/$(COMPILE) deploy/build-requirements.in --output-file deploy/build-requirements.lock

sbom: $(SUPPLY) ## what the image is built from, as CycloneDX: writes dist/sbom.json
	@mkdir -p dist
	$(BIN)/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --validate --output-file dist/sbom.json $(LOCK)

fuzz: $(STAMP) ## 30,000 broken requests to a running service: no 5xx, no hang, no growth
	@CDS_HOOKS_TEST_FUZZ=10 $(BIN)/pytest -n 0 tests/fuzz

clean: ## take away what was made
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(STAMP): pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with venv is needed" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $(STAMP)

$(SUPPLY): $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[supply]'
	@touch $(SUPPLY)
