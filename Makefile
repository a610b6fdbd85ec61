# Two commands matter: `make demo` and `make test`. Both set everything up first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= build/january-2022-dossier

.PHONY: demo test check lint format types imports browser-tests reference catalog lock lock-peers peers clean help

help:
	@echo "make demo   build the shipped cases and publish their dossiers"
	@echo "make test   run all tests, the browser's included (needs Chromium; see CONTRIBUTING.md)"
	@echo "make check  lint, format, types, import contract and all tests"

$(VENV)/pyvenv.cfg:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Qantar needs Python 3.11 or newer; run: make PYTHON=/path/to/python3.11 demo")'
	$(PYTHON) -m venv $(VENV)

# Hashes are checked; the build runs with the pinned tools, not with whatever is newest today.
PIP := $(BIN)/python -m pip install --no-compile --quiet --disable-pip-version-check
INSTALL := $(BIN)/python tools/install.py

# A uv that cannot be had is no error: pip then installs everything, and takes longer.
$(VENV)/.demo: $(VENV)/pyvenv.cfg requirements/install.txt requirements/demo.txt tools/install.py pyproject.toml hatch_build.py front/package-lock.json front/build.mjs
	-@$(PIP) --require-hashes --requirement requirements/install.txt
	$(INSTALL) --require-hashes --requirement requirements/demo.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.demo requirements/dev.txt
	$(INSTALL) --require-hashes --requirement requirements/dev.txt
	@touch $@

demo: $(VENV)/.demo
	@$(BIN)/qantar demo $(OUT) --replace --open-browser

test: $(VENV)/.dev
	$(BIN)/python -m pytest -q -n auto --dist worksteal -rs --durations=40

check: lint types imports test

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/.dev
	$(BIN)/mypy

imports: $(VENV)/.dev
	$(BIN)/lint-imports

# Written from `--help`; a test compares.
reference: $(VENV)/.dev
	$(BIN)/python tools/command_reference.py docs/commands.md

# The texts of the dossier, for translators; a test compares.
catalog: $(VENV)/.dev
	$(BIN)/python tools/catalog.py

# Names, versions and hashes only.
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --python-version 3.11

lock: $(VENV)/.demo
	$(COMPILE) --group install -o requirements/install.txt
	$(COMPILE) \
	  pyproject.toml --extra dossier --extra linking --extra counting --group build -o requirements/demo.txt
	$(COMPILE) \
	  pyproject.toml --extra dossier --extra linking --extra counting --extra parquet --extra readers --extra spark --extra witness --group build --group dev -c requirements/demo.txt -o requirements/dev.txt
	$(MAKE) lock-peers

# What is measured beside Qantar by `python -m benchmarks.linking`, and nothing that it runs on.
lock-peers: $(VENV)/.demo
	$(COMPILE) \
	  --group peers -c requirements/dev.txt -o requirements/peers.txt

peers: $(VENV)/.peers

$(VENV)/.peers: $(VENV)/.dev requirements/peers.txt
	$(INSTALL) --require-hashes --requirement requirements/peers.txt
	@touch $@

clean:
	rm -rf build dist .venv .mypy_cache .ruff_cache .pytest_cache front/node_modules src/qantar/dossier/static/vendor
