# `make` builds .venv on a bare machine (Python 3.11 or newer, nothing installed) and then does what is asked.
# README.md has the same commands for plain pip and for Windows.
PYTHON = python3
VENV = .venv
RUN = $(VENV)/bin/python
READY = $(VENV)/ready

.PHONY: help app demo test lint bench docs site notebooks shipped clean

help:
	@echo "make app     the model in a browser, without internet"
	@echo "make demo    two policies over thirty years: a table, a picture and the report in two languages"
	@echo "make test    style, types and the whole test suite (also on Python 3.12 where there is one)"
	@echo "make lint    style and types only"
	@echo "make bench   speed and memory, against an ordinary Mesa model"
	@echo "make docs    write docs/reference anew from the data of the package"
	@echo "make site    the docs as pages with a search, for reading without internet (site/index.html)"
	@echo "make notebooks   execute the notebooks and write them with their outputs"
	@echo "make shipped     all that ships or stands in the docs and comes out of runs, anew (hours; goes on after a stop)"
	@echo "make clean   remove the virtual environments, caches and the built docs"

app: $(READY)
	@$(VENV)/bin/batiksim app

demo: $(READY)
	@$(VENV)/bin/batiksim demo

test: $(READY)
	@$(RUN) tools/check.py

lint: $(READY)
	@$(RUN) tools/check.py --lint-only

bench: $(READY)
	@$(RUN) -m benchmarks.run

docs: $(READY)
	@$(RUN) -m tools.build_docs

# The variable keeps the theme from advertising its successor at each build. With --quiet mkdocs would not count warnings.
site: $(READY)
	@NO_MKDOCS_2_WARNING=1 $(RUN) -m mkdocs build
	@echo "The docs are in $(CURDIR)/site/index.html: open it in a browser; it needs no internet."

notebooks: $(READY)
	@$(RUN) -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[notebook]"
	@$(RUN) -m tools.notebook

shipped: $(READY)
	@$(RUN) -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[notebook]"
	@$(RUN) -m tools.shipped --work .shipped

# The stamp is written last, so a broken installation is taken up again and a whole one is left alone.
$(READY): pyproject.toml constraints.txt
	@echo "Installing batiksim and what it needs into $(VENV) (once; about a minute) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(RUN) -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[test]"
	@echo "Compiling what the model computes with (once; less than a minute) ..."
	@$(RUN) -m batiksim doctor --warm > $(VENV)/doctor.txt || cat $(VENV)/doctor.txt
	@touch $@

clean:
	rm -rf site .venv .venv312 .hypothesis .mypy_cache .pytest_cache .ruff_cache
