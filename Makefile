# make run    opens the dashboard on its embedded data; this machine alone reaches it, HOST=0.0.0.0 lets others
# make test   sets up what the tests need, the browser included, and runs them
# make engines  sets up PostgreSQL and Spark, and tests that they answer as DuckDB does
# make fuzz   tries readers of files with made-up ones, MARZ_FUZZ_SECONDS each (60)
# make js     sets Node.js up where it is missing, and checks the browser code; make run needs none
# make check  what CI runs: ruff, types, the browser code, the data package, tests

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PORT ?= 8501
HOST ?= localhost

.PHONY: run test engines check lint types js validate bench fuzz lock clean

run: hello $(VENV)/.run
	$(BIN)/python -m streamlit run app.py --server.port $(PORT) --server.address $(HOST)

.PHONY: hello
# The first line that anybody reads: what happens, and how long it may take.
hello:
	@[ -e $(VENV)/.run ] \
	  && echo "Marz reads its data and opens at http://localhost:$(PORT), in some ten seconds." \
	  || echo "Marz sets up its own Python environment in $(VENV) first: two to five minutes, once; then it opens at http://localhost:$(PORT)."

test: $(VENV)/.dev $(VENV)/.browser $(VENV)/.nginx $(VENV)/.node
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

engines: $(VENV)-engines/.ready
	$(VENV)-engines/bin/python tools/engines.py -m pytest tests/engines

check: lint types js validate test

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

js: $(VENV)/.node
	$(BIN)/python tools/node.py lint
	$(BIN)/python tools/node.py types

validate: $(VENV)/.run
	$(BIN)/python -m geo validate

bench: $(VENV)/.dev $(VENV)/.browser
	$(BIN)/python benchmarks/interaction.py

fuzz: $(VENV)/.dev
	$(BIN)/python tools/fuzz.py

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Marz needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Set PYTHON=python3.12, say.") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	    apt-get update -qq && apt-get install -y -qq python3-venv && $(PYTHON) -m venv $(VENV); \
	  else echo "Python's venv is missing. On Debian and Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; fi; } \
	|| { rm -rf $(VENV); exit 1; }

$(VENV)/.run: requirements.txt $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

$(VENV)-engines/.ready: requirements-engines.txt requirements-dev.txt $(BIN)/python
	$(PYTHON) -m venv $(VENV)-engines
	$(VENV)-engines/bin/python -m pip install --quiet --disable-pip-version-check \
	  -c requirements-dev.txt -r requirements-engines.txt pytest hypothesis playwright
	$(VENV)-engines/bin/python tools/browser.py
	@touch $@

$(VENV)/.browser: tools/browser.py $(VENV)/.dev
	$(BIN)/python tools/browser.py
	@touch $@

$(VENV)/.nginx: tools/nginx.py $(VENV)/.dev
	$(BIN)/python tools/nginx.py
	@touch $@

$(VENV)/.node: tools/node.py package-lock.json $(VENV)/.dev
	$(BIN)/python tools/node.py
	@touch $@

# Needs uv (pip install uv).
lock:
	uv pip compile --quiet --no-emit-index-url --universal --python-version 3.11 pyproject.toml -o requirements.txt
	uv pip compile --quiet --no-emit-index-url --universal --python-version 3.11 --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	uv pip compile --quiet --no-emit-index-url --universal --python-version 3.11 --extra postgres --extra spark -c requirements-dev.txt pyproject.toml -o requirements-engines.txt

clean:
	rm -rf $(VENV) $(VENV)-engines node_modules static/built .pytest_cache .mypy_cache .ruff_cache .hypothesis
