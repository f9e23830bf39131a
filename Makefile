# Needs Python 3.11 or newer, git and make. Everything else is installed into .venv.
.DEFAULT_GOAL := help
.PHONY: help demo test check bench record peer lock install clean

VENV := .venv
BIN := $(VENV)/bin
# The first interpreter that is new enough.
FIND_PYTHON = for name in "$$PYTHON" python3.13 python3.12 python3.11 python3 python; do \
	[ -n "$$name" ] && command -v "$$name" >/dev/null 2>&1 && \
	"$$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && \
	{ echo "$$name"; exit 0; }; done; exit 1
QUESTION := Does intermediate-task training improve zero-shot cross-lingual transfer?

help:
	@echo "make demo   install into .venv and review the example library"
	@echo "make test   install into .venv and run the tests"
	@echo "make check  ruff, mypy, tests"
	@echo "make bench  what the graph, the seats, the index and a start cost, as ratios"
	@echo "make record write the cassettes anew, from a real model if one is set up, else from the stand-in"
	@echo "make peer   a review by a random model on llama.cpp's own server (installs xllamacpp and gguf beside)"
	@echo "make lock   write requirements.lock"

# One virtual environment; a stamp per set of extras, renewed when pyproject.toml changes.
$(VENV)/pyvenv.cfg:
	@if python="$$($(FIND_PYTHON))"; then "$$python" -m venv --clear $(VENV); \
	elif command -v uv >/dev/null 2>&1; then uv venv --quiet --seed --python '>=3.11' $(VENV); \
	else echo "assignee: no Python 3.11 or newer with venv found; install one, or name it: make PYTHON=/path/to/python3" >&2; exit 2; fi

$(VENV)/.installed: $(VENV)/pyvenv.cfg pyproject.toml
	@$(call install,.)
	@touch $@

$(VENV)/.installed-test: $(VENV)/pyvenv.cfg pyproject.toml
	@$(call install,.[test])
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-dev: $(VENV)/pyvenv.cfg pyproject.toml
	@$(call install,.[test$(comma)dev])
	@touch $@ $(VENV)/.installed $(VENV)/.installed-test

comma := ,
# uv where it is there, which is faster; it does not read pip's configuration, so pip has the last word.
define install
{ command -v uv >/dev/null 2>&1 && uv pip install --quiet --python $(BIN)/python --editable '$(1)' 2>/dev/null; } || \
$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '$(1)'
endef

install: $(VENV)/.installed

demo: $(VENV)/.installed
	@$(BIN)/assignee review "$(QUESTION)" --library examples/library --date 2026-11-20 --out demo-report --force

# A file's tests stay in one process, which shares what its fixtures made.
PYTEST := $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

test: $(VENV)/.installed-test
	@$(PYTEST) $(TESTS)

check: $(VENV)/.installed-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(PYTEST) $(TESTS)

# The index bench reads the data folder's library and says so where ASSIGNEE_DATA names none.
bench: $(VENV)/.installed-test
	@$(BIN)/python evals/bench/startup.py
	@$(BIN)/python evals/bench/graph_overhead.py
	@$(BIN)/python evals/bench/checking.py
	@if [ -n "$$ASSIGNEE_DATA" ]; then $(BIN)/python evals/bench/index.py; \
	else echo "index: set ASSIGNEE_DATA to the data folder to measure it"; fi

# A key and a model in the environment make the recordings real; the first line of each says what it is from.
record: $(VENV)/.installed-test
	@if [ -n "$$ASSIGNEE_MODEL" ] && [ -n "$$OPENAI_API_KEY$$OPENAI_BASE_URL" ]; \
	then echo "recording from $$ASSIGNEE_MODEL at $${OPENAI_BASE_URL:-OpenAI}"; \
	else echo "recording from the stand-in (no ASSIGNEE_MODEL with OPENAI_API_KEY or OPENAI_BASE_URL)"; fi
	@ASSIGNEE_LIVE_MODEL="$$ASSIGNEE_MODEL" ASSIGNEE_LIVE_KEY="$$OPENAI_API_KEY" \
		ASSIGNEE_LIVE_BASE_URL="$$OPENAI_BASE_URL" $(BIN)/python -m pytest -m vcr --record-mode=rewrite $(TESTS)
	@grep -rh "^# Recorded" tests/cassettes | sort | uniq -c

# Its own environment: the server of another project, ready built, is no dependency of ours.
build/peer/.installed: $(VENV)/pyvenv.cfg
	@$(BIN)/python -m venv build/peer
	@build/peer/bin/python -m pip install --quiet --disable-pip-version-check 'xllamacpp>=2026.10' 'gguf>=0.19'
	@touch $@

peer: $(VENV)/.installed build/peer/.installed
	@$(BIN)/python evals/bench/peer.py --server build/peer/bin/python

# No index, header or annotation: the file names packages, versions and hashes, and no host.
lock: $(VENV)/.installed-dev
	@command -v uv >/dev/null 2>&1 || { echo "assignee: make lock needs uv" >&2; exit 2; }
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links pyproject.toml --extra test --output-file requirements.lock
	@! grep -nE '://|^--' requirements.lock || { echo "assignee: requirements.lock names a host" >&2; exit 1; }

clean:
	rm -rf $(VENV) build dist *.egg-info demo-report
