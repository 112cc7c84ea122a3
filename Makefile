# Every target sets itself up in .venv: python3 and make are all a machine needs.
PYTHON ?= python3
BIN := .venv/bin
TUTORIALS := build/tutorials

.PHONY: quickstart lab test lint tests ipython8 pandas2 notebooks bench faults clean

quickstart: .venv/notebook  ## run the first tutorial headless and show what it showed
	@$(BIN)/python notebooks/execute.py notebooks/01_first_flavor.ipynb build/quickstart

lab: .venv/lab  ## open the tutorials in JupyterLab
	$(BIN)/jupyter lab notebooks/01_first_flavor.ipynb

test: lint tests ipython8 pandas2 notebooks  ## everything that must be green

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pyright

tests: .venv/browser
	$(BIN)/pytest -n 2 --dist loadfile

# Matchers and transformers are interfaces that IPython calls provisional: both lines are tried.
ipython8: .venv-ipython8/dev
	.venv-ipython8/bin/pytest -p no:cacheprovider tests/magics tests/test_seeds.py

# pandas 3 has other texts and times than pandas 2: values come back the same on both.
pandas2: .venv-pandas2/dev
	.venv-pandas2/bin/pytest -p no:cacheprovider tests/materializers tests/feature_stores \
		tests/pipelines/test_kinds_of_values.py tests/pipelines/test_artifacts.py

# In a fresh copy: the tutorials' runs are counted from 1, and leave nothing in the checkout.
notebooks: .venv/dev
	rm -rf $(TUTORIALS)
	mkdir -p $(TUTORIALS)
	cp notebooks/*.ipynb $(TUTORIALS)
	$(BIN)/pytest --nbval --nbval-current-env --nbval-cell-timeout 120 \
		--nbval-sanitize-with notebooks/sanitize.cfg -p no:cacheprovider $(TUTORIALS)

bench: .venv/dev  ## each figure as a ratio to a limit measured in the same run
	$(BIN)/python -m benchmarks

faults: .venv/dev  ## look for inputs that nobody of us thought of, a minute for each reader
	$(BIN)/python -m tests.fuzzing

clean:
	rm -rf .venv .venv-ipython8 .venv-pandas2 build dist .mypy_cache .pytest_cache .ruff_cache

# pip of a few years ago takes minutes where today's takes seconds.
.venv/bin/python:
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip

.venv/notebook .venv/lab .venv/dev: .venv/%: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable '.[$*]'
	@touch $@

# A browser that is there is used; else one is installed, or its tests are skipped by name.
.venv/browser: .venv/dev
	$(BIN)/python -m tests.browser.browsers
	@touch $@

.venv-ipython8/dev: pyproject.toml
	$(PYTHON) -m venv .venv-ipython8
	.venv-ipython8/bin/python -m pip install --quiet --upgrade pip
	.venv-ipython8/bin/python -m pip install --quiet --editable '.[dev]' 'ipython<9'
	@touch $@

.venv-pandas2/dev: pyproject.toml
	$(PYTHON) -m venv .venv-pandas2
	.venv-pandas2/bin/python -m pip install --quiet --upgrade pip
	.venv-pandas2/bin/python -m pip install --quiet --editable '.[dev]' 'pandas==2.2.*'
	@touch $@
