# One command each for what a newcomer needs; "make help" lists them.

PORT ?= 8000
CASES ?= 48
WORKERS ?= 2
PYTHON ?=
PY := .venv/bin/python
PYTEST = $(PY) -m pytest -n $(WORKERS) --dist worksteal $(ARGS)
LOCK = uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-header

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test bench lint format lock

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

demo: .venv/.runtime ## The demonstration on 127.0.0.1:8000 (PORT=8001 for another port); keeps its data
	@DEMO=1 $(PY) manage.py demo --port $(PORT) --cases $(CASES)

demo-reset: ## The demonstration from the beginning: all its data goes, a new set is written
	rm -f var/demo.sqlite3 var/demo.sqlite3-wal var/demo.sqlite3-shm var/anchors.jsonl
	@$(MAKE) --no-print-directory demo

test: .venv/.development ## The whole suite on SQLite, then on PostgreSQL, with the browser (ARGS="-k name")
	@$(PY) -m tests.browser.chromium
	env -u DATABASE_URL $(PYTEST)
	$(PY) -m tests.postgres -- $(PYTEST) -m "not once"

bench: .venv/.development ## How long pages and saves take beside a bare view, on both databases (five minutes)
	@$(PY) -m tests.benchmarks $(ARGS)

lint: .venv/.development ## Style, types, templates, dependencies
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	DEMO=1 $(PY) -m mypy
	$(PY) -m djlint templates --quiet --check
	$(PY) -m djlint templates --quiet --lint
	$(PY) -m deptry .

format: .venv/.development ## Code and templates as "make lint" wants them
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .
	$(PY) -m djlint templates --quiet --reformat

lock: ## The newest versions that pyproject.toml allows, with their hashes (needs uv)
	$(LOCK) --upgrade --output-file requirements.txt
	$(LOCK) --upgrade --group dev --constraint requirements.txt --output-file requirements-dev.txt

# uv where it is on PATH, else the standard library's venv and pip.
$(PY):
	@for each in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
		if $$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$each; break; fi; \
	done; \
	if [ -z "$$found" ]; then echo "Python 3.11 or newer was not found; name one with PYTHON=…" >&2; exit 1; fi; \
	echo "Creating .venv with $$found"; \
	if command -v uv >/dev/null; then uv venv --quiet --python "$$found" .venv; \
	else "$$found" -m venv .venv || { rm -rf .venv; echo "Python's venv module is needed (Debian: python3-venv)." >&2; exit 1; }; fi

define install
	@echo "Installing $(1)"
	@if command -v uv >/dev/null; then uv pip install --quiet --python $(PY) --require-hashes -r $(1); \
	else $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1); fi
endef

.venv/.runtime: requirements.txt | $(PY)
	$(call install,requirements.txt)
	@touch $@

.venv/.development: requirements-dev.txt | $(PY)
	$(call install,requirements-dev.txt)
	@touch .venv/.runtime $@
