# Two commands for a new machine: `make demo` and `make test`. Both set up .venv by themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CHECK := build/check

.PHONY: demo test check format bench clean

demo: $(VENV)/.installed
	$(BIN)/explain 'binance {"code":-2015,"msg":"Invalid API-key, IP, or permissions for action, request ip: 203.0.113.7"}'

test: $(VENV)/.dev $(CHECK)/.installed
	@$(call want,chromium,chromium)
	@$(call want,java,default-jre-headless)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/explain rules check
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --fail-under=95

check: $(VENV)/.dev
	$(BIN)/explain rules check

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.dev
	$(BIN)/python benchmarks/run.py

$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; say which: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.installed
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

# What reads the built site: axe-core for accessibility, the Nu validator for HTML.
$(CHECK)/.installed: Makefile
	@$(call want,npm,npm)
	@mkdir -p $(CHECK)
	@! command -v npm >/dev/null || npm install --silent --no-save --no-package-lock --no-audit --no-fund --ignore-scripts \
	  --prefix $(CHECK) axe-core@4.14.1 vnu-jar@26.9.27
	@! command -v npm >/dev/null || touch $@

# Tests of the site that need a program are skipped without it; CI has all.
want = command -v $(1) >/dev/null || echo "no $(1) here: tests that need it are skipped (Debian: apt-get install $(2))"

clean:
	rm -rf $(VENV) build dist .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache
