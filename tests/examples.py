"""How many examples hypothesis tries: an eighth where one waits for them, half of it on PostgreSQL.

Each run tries others, so that runs add up. ``make thorough`` tries all.
"""

import hypothesis
from django.db import connection
from hypothesis import HealthCheck

from tests.selection import IS_THOROUGH

SHARES = {"sqlite": 8, "postgresql": 16}


def be_patient() -> None:
    """Let no example fail because the machine is busy; what one needs, its test puts back."""
    hypothesis.settings.register_profile(
        "patient",
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
    hypothesis.settings.load_profile("patient")


def examples(number: int) -> int:
    """Return how many examples to try of those that would be thorough."""
    return number if IS_THOROUGH else number // SHARES[connection.vendor]
