# OneLift: make demo, make test. See README.md.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
export PORT

.PHONY: install static demo demo-reset test lint messages clean

install: .venv/installed locale/.compiled

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "OneLift needs Python 3.11 or newer; say which with PYTHON=")'
	$(PYTHON) -m venv .venv

.venv/installed: pyproject.toml | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -e .
	@touch $@

.venv/installed-test: pyproject.toml .venv/installed
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[test,browser,dev]'
	@touch $@

locale/.compiled: .venv/installed $(wildcard locale/*/LC_MESSAGES/django.po)
	$(BIN)/pybabel --quiet compile --domain django --directory locale
	@touch $@

static: install
	$(BIN)/python manage.py collectstatic --noinput --verbosity 0 --ignore 'bootstrap-*' --ignore 'bootstrap.css*' --ignore 'bootstrap.rtl.css*'

demo: install static
	$(BIN)/python manage.py prepare
	$(BIN)/python manage.py load_demo
	$(BIN)/honcho start --no-prefix

demo-reset:
	rm -rf var
	$(MAKE) demo

test: .venv/installed-test locale/.compiled
	$(BIN)/pytest

lint: .venv/installed-test locale/.compiled
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/python manage.py makemigrations --check --dry-run

messages: .venv/installed-test
	$(BIN)/python manage.py update_catalogues

clean:
	rm -rf .venv var locale/*/LC_MESSAGES/*.mo locale/.compiled
