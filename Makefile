# Outbrief: `make demo` to see it, `make test` to try it, `make ci` for everything.
# Needs Python 3.11 or later and the package registry; nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
YARDSTICKS := bench/node_modules/.installed
RULES := tests/browser/node_modules/.installed

.DEFAULT_GOAL := help
.PHONY: help setup demo test check format ci bench bench-quick lock docs pictures clean

help: ## say what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(STAMP) ## make .venv and install the lock

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

demo: setup ## run everything on 127.0.0.1 with sample data
	$(BIN)/outbrief demo

test: setup $(RULES) ## run the tests
	$(BIN)/python -m pytest -n 2 --dist loadfile

# The rules of accessibility come from the other registry: without its client their tests are skipped, and say so.
$(RULES): tests/browser/package.json tests/browser/package-lock.json
	if command -v npm >/dev/null; then cd tests/browser && npm ci --no-audit --no-fund --loglevel=error && touch node_modules/.installed; fi

check: setup ## format, lint, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: setup ## put the code in the house style
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

ci: check test ## what must be green

bench: setup $(YARDSTICKS) ## measure beside the yardsticks (needs Node 20, 30 GB, an hour); BENCH="--home DIR" keeps what it builds
	$(BIN)/python -m bench $(BENCH)

bench-quick: setup $(YARDSTICKS) ## the same with a tenth of everything, in minutes
	$(BIN)/python -m bench --quick $(BENCH)

$(YARDSTICKS): bench/package.json bench/package-lock.json
	cd bench && npm ci --no-audit --no-fund
	touch $@

docs: setup ## write the generated reference
	$(BIN)/python -m docs.generate

pictures: setup ## draw the pictures of reports and take those of pages in docs/images
	$(BIN)/python -m docs.pictures
	$(BIN)/python -m docs.page_pictures

lock: ## pin every dependency anew
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --no-emit-index-url --no-header --no-annotate --python-version 3.11 --universal \
		--group dev pyproject.toml -o requirements.lock

clean: ## remove what setup and runs have made
	rm -rf $(VENV) bench/node_modules .mypy_cache .ruff_cache .hypothesis
