# Everything a newcomer needs. Only Python 3.11 or newer and make are assumed.
PYTHON ?= python3
BIN := .venv/bin
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check $(PIP_FLAGS)

.PHONY: chat test bench crash latex lint setup lock clean

chat: .venv/.runtime  ## open the chat page on http://127.0.0.1:7860
	@$(BIN)/vouch chat

test: .venv/.developer  ## run the whole suite
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest  # its threads wait by spinning, which slows all others

bench: .venv/.bench  ## every figure that is promised, beside what is wanted of it; writes docs/benchmarks.md
	$(BIN)/python -m benchmarks

crash: .venv/.developer  ## 500 kills, full disks and failing writes instead of the suite's 20, 100 random histories instead of 40
	VOUCH_FAULTS=500 $(BIN)/python -m pytest tests/test_faults_kill.py tests/test_faults_disk.py tests/test_state_machine.py

latex: .venv/.developer  ## the exported BibTeX through LaTeX; needs texlive-latex-recommended, texlive-bibtex-extra, biber
	$(BIN)/python -m pytest -m latex tests/test_export_latex.py

lint: .venv/.developer  ## what CI checks besides the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

setup: .venv/.runtime  ## install what Vouch runs on

lock: .venv/.developer  ## write the lock files anew from pyproject.toml
	$(BIN)/pip-compile -q --strip-extras --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	  -o requirements.lock pyproject.toml
	$(BIN)/pip-compile -q --strip-extras --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	  --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml
	$(BIN)/pip-compile -q --strip-extras --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	  --extra bench -c requirements-dev.lock -o requirements-bench.lock pyproject.toml
	sed -i 's/^torch==\([0-9.]*\)+.*/torch==\1/' requirements*.lock  # any build of that version will do

clean:  ## remove the environment and what tools left behind, never the library
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build *.egg-info

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Vouch needs Python 3.11 or newer; set PYTHON=")'
	$(PYTHON) -m venv .venv

# The stamps are written last, so that an install that was cut short is taken up again.
.venv/.runtime: requirements.lock pyproject.toml | .venv/bin/python
	$(INSTALL) -r requirements.lock
	$(INSTALL) --no-deps --editable .
	@touch $@

.venv/.bench: requirements-bench.lock .venv/.developer
	$(INSTALL) -r requirements-bench.lock
	@touch $@

.venv/.developer: requirements-dev.lock .venv/.runtime
	$(INSTALL) -r requirements-dev.lock
	@touch $@
