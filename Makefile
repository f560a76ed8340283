PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test test-torch check audit clean

run: .venv/app.installed
	$(BIN)/streamlit run app.py

# One worker more than two processors: a browser's test waits a part of its time.
test: .venv/dev.installed check
	$(BIN)/python -m tests.e2e.chromium
	$(BIN)/python -m pytest --numprocesses 3

# PyTorch is large and the app does not need it: an environment of its own.
test-torch: .venv-torch/installed
	.venv-torch/bin/python -m pytest -m torch

check: .venv/dev.installed node_modules/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/node node_modules/.bin/tsc
	$(BIN)/node node_modules/.bin/biome check --error-on-warnings

# Known holes in the pinned versions, from PyPI's advisories. In an environment of its own: what
# audits is no part of what is audited. --strict, as a pin that cannot be looked up is no pass.
audit:
	dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && $(PYTHON) -m venv "$$dir" && \
	"$$dir/bin/python" -m pip install --quiet --disable-pip-version-check pip-audit==2.10.1 && \
	"$$dir/bin/pip-audit" --strict --no-deps --disable-pip -r requirements-dev.txt

# A stamp a requirements file: the environment is made once and made again when a pin changes.
.venv/app.installed: requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/dev.installed: requirements-dev.txt requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

# What checks the browser's modules, by the Node and npm that requirements-dev.txt brings.
node_modules/.installed: package-lock.json package.json .npmrc .venv/dev.installed
	$(BIN)/npm ci
	touch $@

.venv-torch/installed: requirements-torch.txt requirements-dev.txt requirements.txt
	test -x .venv-torch/bin/python || $(PYTHON) -m venv .venv-torch
	.venv-torch/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	.venv-torch/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-torch.txt
	touch $@

clean:
	rm -rf .venv .venv-torch node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis test-results
