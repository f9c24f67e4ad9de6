"""How many examples hypothesis tries: a quarter where one waits for them, on PostgreSQL an eighth.

Each run tries others, so that runs add up. ``HYPOTHESIS_PROFILE=thorough make test`` tries all.
"""

import os

from django.db import connection

SHARES = {"quick": {"sqlite": 4, "postgresql": 8}, "thorough": {"sqlite": 1, "postgresql": 1}}


def examples(number: int) -> int:
    """Return how many examples to try of those that would be thorough."""
    profile = os.environ.get("HYPOTHESIS_PROFILE", "quick")
    return number // SHARES[profile][connection.vendor]
