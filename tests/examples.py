"""How many examples hypothesis tries: a quarter where one waits for them.

``HYPOTHESIS_PROFILE=thorough make test`` tries all.
"""

import os

SHARES = {"quick": 4, "thorough": 1}


def examples(number: int) -> int:
    """Return how many examples to try of those that would be thorough."""
    return number // SHARES[os.environ.get("HYPOTHESIS_PROFILE", "quick")]
