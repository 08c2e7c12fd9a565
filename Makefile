# Two commands do everything: `make demo` and `make test`. Both set up the environment when it is missing.
PYTHON ?= python3
SERVE ?= 1
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

# The web app: built once, and again when one of its sources changed.
WEB_MODULES := web/node_modules/.package-lock.json
WEB_BUILT := web/dist/index.html
WEB_SOURCES := $(shell find web -name node_modules -prune -o -path web/dist -prune -o -path web/tests -prune -o -path web/test-results -prune -o -path web/bench -prune -o -type f -print 2>/dev/null)
NODE = PATH="$$(VENV=$(VENV) sh tools/node.sh):$$PATH"
CHROMIUM ?= /usr/bin/chromium

.PHONY: demo test test-long test-postgres test-web test-browser test-browser-long check types lint layers pages reference install clean help web web-if-can bench

help:            ## this text
	@grep -E '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed 's/:.*##/ -/'

install: $(STAMP) ## set up .venv

$(STAMP): pyproject.toml constraints.txt tools/install.sh
	@PYTHON=$(PYTHON) VENV=$(VENV) sh tools/install.sh
	@touch $(STAMP)

web: $(STAMP)    ## build the web app into web/dist (Node.js of the machine, or one put into .venv)
	@$(MAKE) --no-print-directory $(WEB_BUILT)

web-if-can: $(STAMP)
	@if $(MAKE) --no-print-directory $(WEB_MODULES); then $(MAKE) --no-print-directory $(WEB_BUILT); else \
	  echo "The web app is not built; everything else works. 网页应用未构建；其余功能均可使用。"; fi

$(WEB_MODULES): web/package.json web/package-lock.json
	@sh tools/node.sh >/dev/null
	@echo "installing what the web app is built with (once)"
	@cd web && PATH="$$(cd .. && VENV=$(VENV) sh tools/node.sh):$$PATH" npm ci --silent --no-audit --no-fund
	@touch $@

$(WEB_BUILT): $(WEB_MODULES) $(WEB_SOURCES)
	@$(NODE) npm --prefix web run --silent build
	@touch $@

demo: $(STAMP) web-if-can ## the line on 1,797 real digit scans, in ./demo, then the floor with it (SERVE=0: the line alone)
	@$(BIN)/python -m galley.cli.demo demo $(if $(filter 0,$(SERVE)),,--serve)

test: $(STAMP) web-if-can ## the tests, in minutes
	$(BIN)/python -m pytest -n auto --maxprocesses 4 -m "not slow"

test-long: $(STAMP) ## the longer ones: kills and cuts under load, floods, fuzz of the whole API, real model servers, the README's commands
	$(BIN)/python -m pytest -n auto --maxprocesses 2 -m slow

test-web: $(STAMP) $(WEB_MODULES) ## the web app's types, linter and unit tests
	$(NODE) npm --prefix web run --silent check
	$(NODE) npm --prefix web run --silent test

test-browser: $(STAMP) web ## the web app in a real browser over a real server (Debian: apt-get install chromium)
	@[ -x "$(CHROMIUM)" ] || { echo "No browser at $(CHROMIUM): apt-get install chromium, or make test-browser CHROMIUM=PATH" >&2; \
	  echo "未找到浏览器 $(CHROMIUM)：apt-get install chromium，或 make test-browser CHROMIUM=路径" >&2; exit 1; }
	$(NODE) CHROMIUM="$(CHROMIUM)" npm --prefix web run --silent browser

test-browser-long: $(STAMP) web ## its longer ones: thousands of items in one tab, frames, pictures
	$(NODE) CHROMIUM="$(CHROMIUM)" GALLEY_LONG=1 npm --prefix web run --silent browser

POSTGRES ?= /usr/lib/postgresql/15/bin
test-postgres: $(STAMP) ## what talks to PostgreSQL once more, on another server than the embedded one (Debian's 15)
	GALLEY_TEST_POSTGRES=$(POSTGRES) $(BIN)/python -m pytest -n auto --maxprocesses 4 -m "not slow" \
	  tests/store tests/catalog tests/access tests/annotate tests/server tests/worker tests/client tests/bad_days

check: lint types layers pages ## linters, types, import layers, generated pages

lint: $(STAMP)
	$(BIN)/ruff check src tests bench tools hatch_build.py
	$(BIN)/ruff format --check src tests bench tools hatch_build.py

types: $(STAMP)
	$(BIN)/mypy

layers: $(STAMP)
	$(BIN)/lint-imports

pages: $(STAMP)
	$(BIN)/python tools/make_reference.py --check
	$(BIN)/python tools/make_openapi.py --check
	$(BIN)/python tools/make_web_types.py --check
	$(BIN)/python tools/make_web_fixtures.py --check

reference: $(STAMP) ## write what docs/reference takes from the code: tables of its pages, openapi.json
	$(BIN)/python tools/make_reference.py
	$(BIN)/python tools/make_openapi.py
	$(BIN)/python tools/make_web_types.py
	$(BIN)/python tools/make_web_fixtures.py

clean:           ## remove what make made
	rm -rf $(VENV) demo web/dist web/node_modules

bench: $(STAMP)  ## measure everything and write bench/RESULTS.md (an hour; BENCH="--quick" for minutes)
	$(BIN)/python bench/run.py $(BENCH)
