"""An installation in its production shape, started once for all tests here."""

import json
import tempfile
from pathlib import Path

import pytest

from onelift.configuration.environment import env
from tests.operations.shape import ROOT, Shape
from tests.redis_databases import redis_url
from tests.waiting import until


@pytest.fixture(scope="session")
def shape(worker_id):
    """All services, after the mails of the seed have been caught."""
    with tempfile.TemporaryDirectory(prefix="onelift-shape-") as folder:
        made = Shape(Path(folder), env("DATABASE_URL"), redis_url(worker_id, "shape"))
        made.create_database()
        try:
            made.build()
            made.before = made.files()
            made.said_by_migrate = made.run("migrate")
            seed = ["python", "-m", "tests.operations.seed"]
            made.seeded = json.loads(made.run("migrate", seed, cwd=ROOT).splitlines()[-1])
            for service in ("mail", "web", "beat"):
                made.start(service)
            # Else nothing would be told of tasks that come and go.
            made.start("worker", ONELIFT_LOG_LEVEL="DEBUG")
            until(lambda: len(made.mails()) == 4, "four mails")
            yield made
        finally:
            made.stop()
            made.drop_database()
