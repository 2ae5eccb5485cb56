# make demo   the whole loop on a sample class
# make test   everything that needs no browser
# make lab    JupyterLab on the course (make lab COURSE=demo: on the sample class)
# Each makes the environment first if it is missing or older than the lock.

PYTHON ?= python3
COURSE ?= .
RAW ?= ../shared/data-raw
ASAG ?= ../shared/asag-train

BIN := .venv/bin
CURRENT := .venv/.current
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq

.DEFAULT_GOAL := help
.PHONY: help env demo lab test test-services test-system test-hub bench bench-answers data lock clean

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

env: $(CURRENT)

$(CURRENT): pyproject.toml hatch_build.py jupyter/overrides.json requirements/course.lock
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("$(PYTHON) is Python %d.%d, the course needs 3.11 or newer: make env PYTHON=python3.12" % sys.version_info[:2])'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make environments (on Debian and Ubuntu its venv module is in the package python3-venv): make env PYTHON=another"; exit 1; }
	@echo "Making the environment in .venv (a minute or two, once) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(PIP) install --require-hashes -r requirements/course.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $(CURRENT)

demo: env
	@$(BIN)/isa demo

# Its folder is the whole course, or a lesson could not lead to its assignment. What goes to and from kernels is encrypted: the machine may have other users,
# and a kernel warns of it.
LAB := --ServerApp.root_dir=. --KernelManager.transport_encryption=auto

lab: env
	@cd $(COURSE) && "$(CURDIR)/$(BIN)/jupyter" lab $(LAB) $(if $(wildcard $(COURSE)/notebooks/00-start-here.ipynb),notebooks/00-start-here.ipynb)

test: env
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest

# Needs PostgreSQL's server programs (Debian: postgresql); `make test` runs the same where they are, and passes them over elsewhere.
test-services: env
	ISA_NEED_POSTGRES=1 $(BIN)/pytest tests/grading/test_postgres.py -n 0

# Needs Chromium (Debian: chromium) or another browser in CHROMIUM=/path/to/it.
test-system: env .venv/.system
	$(BIN)/pytest tests/browser -n 2 --dist loadfile

# Needs root, for servers under several uids, and util-linux; it is passed over elsewhere, unless ISA_NEED_HUB is set.
test-hub: env .venv/.system
	$(BIN)/pytest tests/hub -n 0

.venv/.system: $(CURRENT) requirements/system.lock
	@$(PIP) install --require-hashes -r requirements/system.lock
	@touch $@

bench: env
	$(BIN)/python benchmarks/grading.py

bench-answers: env
	$(BIN)/python benchmarks/answers.py $(if $(wildcard $(ASAG)),--asag $(ASAG))

data: env
	$(BIN)/python data/build $(RAW) $(if $(TABLE),--only $(TABLE))

lock:
	requirements/compile

clean:
	rm -rf .venv demo build-report
