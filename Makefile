# Everything sets itself up: a fresh machine needs Python 3.11 or later, make and a shell.

SHELL := /bin/sh
PYTHON ?= python3
# More than cores: many tests wait for processes, disks and a browser. How they are shared: tests/sharing.py.
WORKERS ?= 4
SOURCES ?= ../shared/seeds
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help .venv demo test check fmt unit e2e bench soak wheel docs site pictures vendor messages

help: ## this list
	@awk 'BEGIN { FS = ":.*## " } /^[a-z.]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

.venv: .venv/made ## the virtual environment alone; does nothing when it is up to date

.venv/made: requirements-dev.txt requirements.txt pyproject.toml tools/make_venv
	@PYTHON="$(PYTHON)" sh tools/make_venv

demo: .venv ## two nodes on this machine and a scenario between them; Ctrl-C ends it
	@$(BIN)/mithaq demo --sources $(SOURCES)

test: .venv ## all tests; the last line names the parts that were not run, and why
	@$(BIN)/pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder tests

unit: .venv ## the unit tests alone, in a minute or two
	@$(BIN)/pytest -q tests/unit

e2e: .venv ## the tests in a browser alone; they want Chromium
	@$(BIN)/pytest -q tests/e2e

check: .venv ## format, lint, types, floors, generated pages; changes nothing
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/floors.py
	$(BIN)/python tools/cli_reference.py --check
	$(BIN)/python tools/error_codes.py --check

fmt: .venv ## format the code and repair what ruff can repair
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv ## measure speed and size at full count; prints figures, fails on none
	@$(BIN)/mithaq bench exchange --acts 200000 --size 1024
	@for file in bench/bench_*.py; do [ ! -e "$$file" ] || $(BIN)/python "$$file" || exit 1; done

soak: .venv ## the fault tests at full count; hours
	@MITHAQ_SOAK=1 $(BIN)/pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder --timeout 0 tests

wheel: .venv ## build the wheel into dist/
	@$(BIN)/python -m pip wheel . --quiet --no-deps --no-index --no-build-isolation --wheel-dir dist
	@ls dist/*.whl

docs: .venv ## write the pages that are made from the code: the command line, the error codes
	@$(BIN)/python tools/cli_reference.py
	@$(BIN)/python tools/error_codes.py

site: .venv ## build the documentation into site/, in three languages; warnings are errors
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-docs.txt
	@for config in mkdocs.yml mkdocs.ar.yml mkdocs.fr.yml; do NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet -f $$config || exit 1; done

pictures: .venv ## take the pictures of the documentation anew, from the tests in a browser
	@$(BIN)/python tools/pictures.py

messages: .venv ## compile the catalogues of messages (the compiled files are committed)
	@$(BIN)/python tools/compile_messages.py

vendor: .venv ## fetch what pages ship and tests use of other projects, by npm; nothing else changes it
	@$(BIN)/python tools/vendor.py
