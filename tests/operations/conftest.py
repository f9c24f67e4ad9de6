"""An installation in its production shape, started once for all tests here."""

import json
import re
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from onelift.environment import env
from tests.operations.shape import ROOT, Shape, wait_for


def redis_url(worker_id: str) -> str:
    """Return a database of Redis for each process that tests side by side (gw0, gw1, …)."""
    given = urlsplit(settings.REDIS_URL)
    first, number = given.path.strip("/") or "0", re.sub(r"\D", "", worker_id) or "0"
    return given._replace(path=f"/{int(first) + int(number)}").geturl()


@pytest.fixture(scope="session")
def shape(worker_id):
    """All services, after the mails of the seed have been caught."""
    with tempfile.TemporaryDirectory(prefix="onelift-shape-") as folder:
        made = Shape(Path(folder), env("DATABASE_URL"), redis_url(worker_id))
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
