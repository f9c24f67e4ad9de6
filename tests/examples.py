"""How many examples hypothesis tries: an eighth where one waits for them, half of it on PostgreSQL.

Each run tries others, so that runs add up. ``make thorough`` tries all.
"""

from django.db import connection

from tests.selection import IS_THOROUGH

SHARES = {"sqlite": 8, "postgresql": 16}


def examples(number: int) -> int:
    """Return how many examples to try of those that would be thorough."""
    return number if IS_THOROUGH else number // SHARES[connection.vendor]
