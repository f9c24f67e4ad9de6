"""How many examples hypothesis tries: a quarter where one waits for them, on PostgreSQL an eighth.

Each run tries others, so that runs add up. ``make thorough`` tries all.
"""

from django.db import connection

from tests.selection import IS_THOROUGH

SHARES = {"sqlite": 4, "postgresql": 8}


def examples(number: int) -> int:
    """Return how many examples to try of those that would be thorough."""
    return number if IS_THOROUGH else number // SHARES[connection.vendor]
