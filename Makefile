# Everything happens in .venv; the system's Python is only asked to make it.
#
#   make demo    install the library and make the tables and maps of the packaged plans
#   make test    install the tools too and run every check
#
# PYTHON=python3.12 make test    to choose another Python (3.11 or newer)

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP_INDEX = $$($(BIN)/python -m pip config get global.index-url 2>/dev/null || true)
NOTEBOOKS = $(wildcard notebooks/*.ipynb)

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo test lint types pytest docs bench wheel oldest constraints clean
.DELETE_ON_ERROR:

# $(call install,what): with uv, which is fast; with pip where uv cannot be had or
# cannot reach the index. uv does not read pip's settings, so a mirror set there is
# handed on.
define install
	@if [ -x $(BIN)/uv ] && \
	    UV_DEFAULT_INDEX="$${UV_DEFAULT_INDEX:-$(PIP_INDEX)}" \
	    $(BIN)/uv pip install --quiet --python $(BIN)/python -c constraints.txt $(1); \
	then :; \
	else $(BIN)/python -m pip install --quiet -c constraints.txt $(1); fi
endef

help:
	@sed -n '3,6s/^# *//p' Makefile
	@echo "other targets: lint types pytest docs bench wheel oldest constraints clean"

$(BIN)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "Python 3.11 or newer is needed; say which, e.g. make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet uv || echo "uv cannot be installed; pip will do"
	@touch $@

$(BIN)/.installed: $(BIN)/.made pyproject.toml constraints.txt
	@echo "installing ecozoning into $(VENV)"
	$(call install,-e .)
	@touch $@

$(BIN)/.installed-all: $(BIN)/.installed
	@echo "installing the tools for tests and documentation into $(VENV)"
	$(call install,-e ".[test$(comma)docs]")
	@touch $@

comma := ,

demo: $(BIN)/.installed
	$(BIN)/ecozoning demo -o demo/

# Fast checks first; pytest last, so that its summary closes the output.
test: lint types docs pytest

lint: $(BIN)/.installed-all
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(BIN)/.installed-all
	$(BIN)/mypy

pytest: $(BIN)/.installed-all
	$(BIN)/python -m pytest -n auto --dist worksteal --nbmake tests src $(NOTEBOOKS)

docs: $(BIN)/.installed-all
	$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build/html

bench: $(BIN)/.installed-all
	$(call install,-r benchmarks/requirements.txt)
	$(BIN)/python benchmarks/peers.py

wheel: $(BIN)/.installed-all
	$(BIN)/python -m build --no-isolation --outdir dist .

# The lower bounds of pyproject.toml are true as long as this passes. What old libraries
# deprecate in each other is not ours to mend.
oldest: $(BIN)/.installed-all
	$(PYTHON) -m venv .venv-oldest
	$(BIN)/uv pip install --quiet --python .venv-oldest/bin/python \
	    --resolution lowest-direct -e ".[test]"
	.venv-oldest/bin/python -m pytest -m "not slow" -W ignore::DeprecationWarning tests src

# Names and versions only: a lock file would record where this machine downloads from.
constraints: $(BIN)/.made
	$(BIN)/uv pip compile pyproject.toml --all-extras --python-version 3.11 --upgrade \
	    --no-emit-index-url --no-annotate --no-header --quiet -o constraints.txt

clean:
	rm -rf $(VENV) .venv-oldest demo dist docs/_build docs/generated \
	    .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find src tests benchmarks data -name __pycache__ -type d -prune -exec rm -rf {} +
