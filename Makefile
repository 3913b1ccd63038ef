# Chores. `make help` lists them; `make test` is exactly what CI runs.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help install browser demo test format lint types layers rules check quality model practice bench clean

help:  ## list the chores
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

.venv/installed: pyproject.toml packaging/opencv-python/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.11 …"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { echo "On Debian/Ubuntu: apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check ./packaging/opencv-python --editable '.[dev]'
	@touch $@

install: .venv/installed  ## make .venv with the command xuncha

browser: .venv/installed  ## get a Chromium: Playwright's own, else the system's, else go on without
	@sh bin/get-chromium

demo: browser  ## serve the sample web, patrol it, print findings, write the suspect list
	@$(BIN)/xuncha demo

format: .venv/installed  ## rewrite the code in the one format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: .venv/installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: .venv/installed
	$(BIN)/mypy

layers: .venv/installed
	$(BIN)/lint-imports --no-cache

rules: .venv/installed  ## run every rule's own examples
	$(BIN)/xuncha rules test

test: browser lint types layers rules  ## format, lint, types, import contracts, rules, tests
	$(BIN)/pytest --numprocesses 2

check: test

quality: .venv/installed  ## measure the detector on our own sentences and pages, against the floors
	$(BIN)/python -m benchmarks.quality

model: .venv/installed  ## train the second opinion on our own sentences
	$(BIN)/python -m training.second_opinion

practice: .venv/installed  ## measure the detector on ../shared/practice
	$(BIN)/python -m benchmarks.practice

bench: browser  ## the figures the README quotes
	$(BIN)/python -m benchmarks.detector
	$(BIN)/python -m benchmarks.patrol

clean:
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .hypothesis
