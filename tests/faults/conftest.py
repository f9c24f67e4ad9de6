"""An installation that ends with its test, in each of the two shapes."""

import os
from pathlib import Path

import pytest

from onelift.configuration.environment import env
from tests import migrated
from tests.faults.harness import Installation
from tests.faults.servers import ask_postgres, with_database
from tests.faults.shapes import Embedded, Services
from tests.migrated import migrate


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with all tables and no rows, to be copied."""
    return migrated.migrated_file(tmp_path_factory)


@pytest.fixture(scope="session")
def migrated_database(tmp_path_factory: pytest.TempPathFactory):
    """The address of such a database on the server that the settings name."""
    server = with_database(env("DATABASE_URL"), "postgres")
    name = f"{env.db_url('DATABASE_URL')['NAME']}_faults_{os.getpid()}"
    ask_postgres(server, f'CREATE DATABASE "{name}"')
    try:
        migrate(with_database(server, name), tmp_path_factory.mktemp("migrated"))
        yield with_database(server, name)
    finally:
        ask_postgres(server, f'DROP DATABASE "{name}"')


@pytest.fixture
def embedded(tmp_path: Path, migrated_file: Path) -> Embedded:
    return Embedded(tmp_path, migrated_file)


@pytest.fixture
def services(tmp_path: Path, migrated_database: str) -> Services:
    return Services(tmp_path, migrated_database)


SHAPES = [
    pytest.param("embedded", marks=pytest.mark.embedded),
    pytest.param("services", marks=pytest.mark.services),
]


@pytest.fixture(params=SHAPES)
def installation(request: pytest.FixtureRequest, tmp_path: Path):
    made = Installation(tmp_path, request.getfixturevalue(request.param))
    yield made
    made.stop()


@pytest.fixture
def on_servers(tmp_path: Path, services: Services):
    # Else nothing would be told of senders that come and go.
    made = Installation(tmp_path, services, ONELIFT_LOG_LEVEL="DEBUG")
    yield made
    made.stop()
