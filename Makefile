# Two commands do everything: `make demo` and `make test`. Both set up the environment when it is missing.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test test-long test-postgres check types lint layers pages reference install clean help

help:            ## this text
	@grep -E '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed 's/:.*##/ -/'

install: $(STAMP) ## set up .venv

$(STAMP): pyproject.toml constraints.txt tools/install.sh
	@PYTHON=$(PYTHON) VENV=$(VENV) sh tools/install.sh
	@touch $(STAMP)

demo: $(STAMP)   ## the whole line on 1,797 real digit scans, in ./demo
	@$(BIN)/python -m galley.cli.demo demo

test: $(STAMP)   ## the tests, in minutes
	$(BIN)/python -m pytest -n auto --maxprocesses 4 -m "not slow"

test-long: $(STAMP) ## the longer ones: kills and cuts under load, floods, fuzz of the whole API, real model servers
	$(BIN)/python -m pytest -n auto --maxprocesses 2 -m slow

POSTGRES ?= /usr/lib/postgresql/15/bin
test-postgres: $(STAMP) ## what talks to PostgreSQL once more, on another server than the embedded one (Debian's 15)
	GALLEY_TEST_POSTGRES=$(POSTGRES) $(BIN)/python -m pytest -n auto --maxprocesses 4 -m "not slow" \
	  tests/store tests/catalog tests/access tests/annotate tests/server tests/worker tests/client tests/bad_days

check: lint types layers pages ## linters, types, import layers, generated pages

lint: $(STAMP)
	$(BIN)/ruff check src tests bench tools
	$(BIN)/ruff format --check src tests bench tools

types: $(STAMP)
	$(BIN)/mypy

layers: $(STAMP)
	$(BIN)/lint-imports

pages: $(STAMP)
	$(BIN)/python tools/make_reference.py --check
	$(BIN)/python tools/make_openapi.py --check

reference: $(STAMP) ## write what docs/reference takes from the code: tables of its pages, openapi.json
	$(BIN)/python tools/make_reference.py
	$(BIN)/python tools/make_openapi.py

clean:           ## remove what make made
	rm -rf $(VENV) demo

bench: $(STAMP)  ## measure everything and write bench/RESULTS.md (an hour; BENCH="--quick" for minutes)
	$(BIN)/python bench/run.py $(BENCH)
