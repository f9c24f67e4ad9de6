"""Which database of Redis a test has to itself: workers take whatever waits in theirs.

Workers of a ``shape`` and of a machine that is ``installed`` run for many tests on end. ``passing``
is for a test that empties the database before and needs it for its own time only.
"""

import re
from urllib.parse import urlsplit

from django.conf import settings

USES = ("shape", "benchmark", "installed", "passing")


def redis_url(worker_id: str, use: str) -> str:
    """Return a database for each use in each process that tests side by side (gw0, gw1, …)."""
    given = urlsplit(settings.REDIS_URL)
    first, number = given.path.strip("/") or "0", re.sub(r"\D", "", worker_id) or "0"
    database = int(first) + len(USES) * int(number) + USES.index(use)
    return given._replace(path=f"/{database}").geturl()
