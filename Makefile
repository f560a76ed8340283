PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test check clean

run: .venv/app.installed
	$(BIN)/streamlit run app.py

test: .venv/dev.installed check
	$(BIN)/python -m tests.e2e.chromium
	$(BIN)/python -m pytest

check: .venv/dev.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# A stamp a requirements file: the environment is made once and made again when a pin changes.
.venv/app.installed: requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/dev.installed: requirements-dev.txt requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis test-results
