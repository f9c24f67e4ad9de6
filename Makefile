# OneLift: make demo, make test. See README.md.
PYTHON ?= python3
PORT ?= 8000
VENV ?= .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py
PIP := $(BIN)/pip install --quiet --disable-pip-version-check
CATALOGUES := $(wildcard locale/*/LC_MESSAGES/django.po)
EXTRAS := test,browser,dev,bench,release
COMMA := ,
# LOCKED=yes installs the versions of requirements/, each by its hash, as CI and the image do.
# Those are complete, so pip looks for nothing else: a release of today changes nothing.
# Without it pip takes the newest that pyproject.toml allows.
ifdef LOCKED
CORE := requirements/build.txt requirements/core.txt
ALL := $(CORE) $(patsubst %,requirements/%.txt,$(subst $(COMMA), ,$(EXTRAS)))
endif
EXACTLY = $(PIP) --no-deps --require-hashes --only-binary :all: $(1:%=--requirement %) \
	&& $(PIP) --no-deps --no-build-isolation -e . && $(BIN)/pip check
# Nothing is reached with these: they let the settings of production be looked at.
PRODUCTION := ONELIFT_MODE=production SECRET_KEY=$(shell printf '%050d' 0)abcdefgh \
	ALLOWED_HOSTS=onelift.example.com PUBLIC_URL=https://onelift.example.com \
	DATABASE_URL=postgres://127.0.0.1/onelift REDIS_URL=redis://127.0.0.1 EMAIL_URL=smtp://127.0.0.1:25
export PORT

.PHONY: install static ground demo pictures docs-pictures demo-reset test test-services check crowded thorough calendar coverage languages bench faults guards hostile lint messages locks sbom bill pin-images clean

install: $(VENV)/installed $(VENV)/catalogues

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "OneLift needs Python 3.11 or newer; say which with PYTHON=")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml $(CORE) | $(VENV)/bin/python
	$(if $(LOCKED),$(call EXACTLY,$(CORE)),$(PIP) -e .)
	@touch $@

$(VENV)/installed-test: pyproject.toml $(ALL) $(VENV)/installed
	$(if $(LOCKED),$(call EXACTLY,$(ALL)),$(PIP) -e '.[$(EXTRAS)]')
	@touch $@

# The newest version of each package that pyproject.toml allows, with its hashes.
# KEEP=--keep renews only what no longer fits.
locks: $(VENV)/installed-test
	$(BIN)/python -m release.locks $(KEEP)

# What the image installs: a bill of materials (CycloneDX) and a list of licences, under build/.
# Both are read from an environment that holds core.txt and nothing else; release.bill validates.
BILL := build
PACKAGES := build/packages
sbom: $(VENV)/installed-test build/packages/installed
	@$(MAKE) --no-print-directory bill

build/packages/installed: requirements/core.txt | $(VENV)/bin/python
	rm -rf build/packages
	$(BIN)/python -m venv --without-pip build/packages
	$(BIN)/pip --python build/packages/bin/python install --quiet --disable-pip-version-check \
		--no-deps --require-hashes --only-binary :all: --requirement requirements/core.txt
	@touch $@

bill:
	@mkdir -p $(BILL)
	$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --mc-type application \
		--no-validate --output-reproducible --spec-version 1.6 --output-file $(BILL)/sbom.json $(PACKAGES)
	$(BIN)/pip-licenses --python $(PACKAGES)/bin/python --from mixed --with-system --with-urls \
		--format markdown --output-file $(BILL)/licences.md >/dev/null
	$(BIN)/python -m release.bill $(PACKAGES) $(BILL)/sbom.json $(BILL)/licences.md

# Digests of the images in Dockerfile and docker-compose.yml. HUB= is a mirror of Docker Hub.
pin-images:
	$(PYTHON) -m release.images $(HUB:%=--hub=%)

$(VENV)/catalogues: $(VENV)/installed $(CATALOGUES)
	$(if $(CATALOGUES),$(BIN)/pybabel --quiet compile --domain django --directory locale)
	@touch $@

static: install
	$(MANAGE) collectstatic --noinput --verbosity 0

# First of all, with the Python at hand: what would be in the way.
ground:
	@$(PYTHON) onelift/demo/ground.py $(PORT) $${ONELIFT_VAR:-var}

demo: ground static
	$(MANAGE) migrate --verbosity 0
	$(MANAGE) createcachetable
	$(MANAGE) load_demo
	@# honcho gives each process a PORT of its own, so ours has another name in the Procfile
	ONELIFT_PORT=$(PORT) $(BIN)/honcho start --no-prefix

# Of the demonstration that runs. DESIGN= is the folder of the design's pictures.
PICTURES := build/pictures
pictures: $(VENV)/installed-test
	DJANGO_SETTINGS_MODULE=onelift.settings $(BIN)/python -m tests.browser.pictures \
		http://127.0.0.1:$(PORT) $${ONELIFT_VAR:-var} $(PICTURES) $(DESIGN)

# Those that the documents show.
docs-pictures: pictures
	cp $(patsubst docs/pictures/%,$(PICTURES)/%,$(wildcard docs/pictures/*.webp docs/pictures/*.png)) docs/pictures

demo-reset:
	rm -rf var
	$(MAKE) demo

# Side by side, a file in one process. WORKERS= sets the number of processes, TESTS= holds options of
# pytest for all runs.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
BESIDE = --maxprocesses 4 --dist loadfile --no-loadscope-reorder
SUITE = $(BIN)/python -m tests.suite
export TESTS WORKERS

PHASES ?= embedded
test: $(VENV)/installed-test $(VENV)/catalogues
	$(SUITE) $(PHASES)

# On the servers of production: those that DATABASE_URL and REDIS_URL name, or servers of its own.
test-services: $(VENV)/installed-test $(VENV)/catalogues
	$(SUITE) services

# What CI runs, with one summary.
check:
	@$(MAKE) --no-print-directory test PHASES="lint embedded calendar services --nothing-skipped"

# Beside four endless loops, each time in another order. SEED= names one, PHASE= one shape.
SEED ?= 1 2 3
PHASE ?= embedded services
crowded: $(VENV)/installed-test $(VENV)/catalogues
	red=; for seed in $(SEED); do \
		TESTS="$(TESTS) --shuffle=$$seed" $(SUITE) $(PHASE) --busy=4 --once || red=yes; \
	done; test -z "$$red"

# All that proves more of the same, on both shapes: before an issue is called resolved. Some hours.
thorough: export THOROUGH := yes
thorough: $(VENV)/installed-test $(VENV)/catalogues
	$(SUITE) embedded services --once

# The embedded shape on other days, with libfaketime: Debian's package is faketime. DAY= names one,
# TESTS= what to run in place of the suite.
calendar: $(VENV)/installed-test $(VENV)/catalogues
	$(BIN)/python -m tests.calendar $(DAY:%=--day=%) $(if $(TESTS),-- $(TESTS))

# Which lines of services, queries and models no test without a browser runs; 95 % are asked for.
# Python 3.12 or newer (PYTHON=) makes it cheap.
coverage: $(VENV)/installed-test $(VENV)/catalogues
	COVERAGE_CORE=$(shell $(BIN)/python -c 'import sys; print("sysmon" if sys.version_info >= (3, 12) else "ctrace")') \
		$(BIN)/pytest --numprocesses $(WORKERS) $(BESIDE) --ignore tests/browser --cov --cov-report=term $(TESTS)

# Each page of the demonstration in French, Chinese and Arabic, wide and narrow: some ten minutes each.
languages: $(VENV)/installed-test $(VENV)/catalogues
	$(BIN)/pytest --numprocesses auto --dist load $(TESTS) tests/browser/languages.py

# Real figures need a quiet machine and the real database. BENCH= names single ones.
bench: export DATABASE_URL ?= postgres://postgres@127.0.0.1:5432/onelift
bench: export REDIS_URL ?= redis://127.0.0.1:6379/0
bench: $(VENV)/installed-test $(VENV)/catalogues
	$(BIN)/python -m tests.benchmarks $(BENCH)

# Hundreds of kills over whole dispatches, on both shapes, each with a table at its end.
WHOLE = $(BIN)/pytest -p no:cacheprovider --capture=no tests/faults/whole.py tests/faults/drill.py $(TESTS)
faults: export DATABASE_URL ?= postgres://postgres@127.0.0.1:5432/onelift
faults: export REDIS_URL ?= redis://127.0.0.1:6379/0
faults: $(VENV)/installed-test $(VENV)/catalogues
	env -u DATABASE_URL -u REDIS_URL $(WHOLE)
	$(WHOLE)

# Takes each guard of the promises out once, and sees a test fail. GUARDS= names faults, such as F6.
guards: export DATABASE_URL ?= postgres://postgres@127.0.0.1:5432/onelift
guards: export REDIS_URL ?= redis://127.0.0.1:6379/0
guards: $(VENV)/installed-test $(VENV)/catalogues
	$(BIN)/python -m tests.faults.guards $(GUARDS)

# Thousands of hostile inputs against a portal that runs; on PostgreSQL where DATABASE_URL is set.
hostile: $(VENV)/installed-test $(VENV)/catalogues
	$(BIN)/python -m tests.hostile $(HOSTILE)

lint: $(VENV)/installed-test $(VENV)/catalogues
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/djlint --quiet --lint templates 2>/dev/null
	$(MANAGE) makemigrations --check --dry-run
	$(PRODUCTION) $(MANAGE) check --deploy --fail-level WARNING
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.compose-spec docker-compose.yml
	$(BIN)/hadolint Dockerfile

messages: $(VENV)/installed-test
	$(MANAGE) update_catalogues

clean:
	rm -rf .venv .venv-newest build var locale/*/LC_MESSAGES/*.mo
