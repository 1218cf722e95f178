# make demo   set up, then run the main job on the shipped sample
# make test   set up, then lint, format check, type check and tests
# make lock, licences, sbom, audit, lowest, package: what we stand on (.ci/supply.mk)
# make docs   set up, then build the documentation site into build/site; a broken link fails
PYTHON ?= python3
VENV   ?= .venv
EXTRAS ?= dev
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: demo test docs model clean

demo: $(VENV)/.ready
	@mkdir -p demo
	@$(BIN)/bifinding analyse corpus/sample/report.pdf
	@$(BIN)/bifinding analyse corpus/sample/report.pdf -o demo/report.html
	@echo "The page: $(CURDIR)/demo/report.html"

test: $(VENV)/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright --pythonpath $(BIN)/python
	$(BIN)/pytest

docs: $(VENV)/.ready-docs
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet
	@echo "The site: $(CURDIR)/build/site/index.html"

# Rebuilds the shipped model from the corpus; the same corpus gives the same bits.
model: $(VENV)/.ready
	$(BIN)/bifinding train --out models/default

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "bifinding needs Python 3.11 or newer: make PYTHON=python3.11 …"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "no venv module: on Debian or Ubuntu, apt install python3-venv"; exit 1; }

$(VENV)/.ready: pyproject.toml | $(VENV)/bin/python
	@echo "installing (a minute the first time) …"
	@$(PIP) -e .
	@touch $@

$(VENV)/.ready-dev: pyproject.toml | $(VENV)/bin/python
	@echo "installing with what the tests need (two minutes the first time) …"
ifdef LOCK
	@$(PIP) --require-hashes --no-deps -r $(LOCK)
	@$(PIP) --no-deps -c .ci/constraints.txt torch
	@$(PIP) --no-deps --no-build-isolation -e .
	@$(BIN)/python -m pip check
else
	@$(PIP) -e '.[$(EXTRAS)]'
endif
	@touch $@ $(VENV)/.ready

$(VENV)/.ready-docs: pyproject.toml | $(VENV)/bin/python
	@echo "installing with what the site needs (two minutes the first time) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[docs]'
	@touch $@ $(VENV)/.ready

include .ci/supply.mk

clean:
	rm -rf $(VENV) $(TOOLS) $(LOWEST) demo build *.egg-info
