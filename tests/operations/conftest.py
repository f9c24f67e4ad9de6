"""An installation in its production shape, started once for all tests here."""

import json
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from onelift.environment import env
from tests.operations.shape import ROOT, Shape, wait_for


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs the servers where the settings name none."""
    if urlsplit(env("DATABASE_URL", default="")).scheme.startswith("postgres"):
        return
    needy = [item for item in items if item.get_closest_marker("services")]
    config.hook.pytest_deselected(items=needy)
    items[:] = [item for item in items if item not in needy]


@pytest.fixture(scope="session")
def shape():
    """All services, after the mails of the seed have been caught."""
    with tempfile.TemporaryDirectory(prefix="onelift-shape-") as folder:
        made = Shape(Path(folder), env("DATABASE_URL"), settings.REDIS_URL)
        made.create_database()
        try:
            made.build()
            made.before = made.files()
            made.said_by_migrate = made.run("migrate")
            seed = ["python", "-m", "tests.operations.seed"]
            made.seeded = json.loads(made.run("migrate", seed, cwd=ROOT).splitlines()[-1])
            for service in ("mail", "web", "worker", "beat"):
                made.start(service)
            wait_for(lambda: len(made.mails()) == 4)
            yield made
        finally:
            made.stop()
            made.drop_database()
