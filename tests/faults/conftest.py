"""An installation that ends with its test, in each of the two shapes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from onelift.configuration.environment import env
from tests import migrated
from tests.faults.harness import Installation
from tests.faults.servers import Cluster, with_database
from tests.faults.shapes import Embedded, Services


@pytest.fixture(scope="session")
def migrated_file() -> Path:
    """A SQLite database with all tables and no rows, to be copied."""
    return migrated.migrated_file()


@pytest.fixture(scope="session")
def migrated_database() -> str:
    """The address of such a database on the server that the settings name."""
    return with_database(env("DATABASE_URL"), migrated.migrated_template())


@pytest.fixture
def embedded(tmp_path: Path, migrated_file: Path) -> Embedded:
    return Embedded(tmp_path, migrated_file)


@pytest.fixture
def services(tmp_path: Path, migrated_database: str) -> Services:
    return Services(tmp_path, migrated_database)


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL of the test's own, whose databases are made with all tables and no rows."""
    made = Cluster()
    migrated.fill(made.template)
    yield made
    made.room = None
    made.stop()


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
