# Two commands for a new machine: `make demo` and `make test`. Both set up .venv by themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --quiet --disable-pip-version-check
CHECK := build/check
# What the tests run with: these versions and no others. `make test LOCK=` takes the newest that pyproject.toml allows.
LOCK := requirements-dev.txt
UV := 0.13.9

.PHONY: demo test check format bench audit lock dist clean

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

# Known vulnerabilities of the locked set; skipped with a notice where the advisories are out of reach.
audit: $(VENV)/.dev
	$(BIN)/python .ci/audit.py requirements-dev.txt

# The locked set, for all systems and all Pythons from 3.11. What fits stays; UPGRADE=--upgrade takes the newest.
lock:
	$(PYTHON) -m venv build/lock
	build/lock/bin/pip install --quiet --disable-pip-version-check uv==$(UV)
	build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --all-extras --generate-hashes \
	  --custom-compile-command 'make lock' $(UPGRADE) --output-file requirements-dev.txt pyproject.toml

# The sdist, and the wheel made from it. The same sources give the same bytes.
dist: $(VENV)/.dev
	rm -rf dist
	$(BIN)/python -m hatchling build --target sdist
	$(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist dist/*.tar.gz

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; say which: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(BIN)/pip
	$(PIP) install --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml requirements-dev.txt | $(BIN)/pip
ifeq ($(LOCK),)
	$(PIP) install --editable '.[dev]'
else
	$(PIP) install --require-hashes --requirement $(LOCK) || { echo "the locked set cannot be installed, as said above. Only where it lacks this system: make $(MAKECMDGOALS) LOCK="; exit 1; }
	$(PIP) install --no-deps --no-build-isolation --editable .
endif
	@touch $(VENV)/.installed $@

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
