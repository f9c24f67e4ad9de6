"""Whether a worker answers: it is woken by a task, and says so where web can see it."""

from django.core.cache import cache

TASK = "communications.answer"
# Seconds that an answer is kept.
KEPT = 300


def answer(token: str) -> None:
    """Note that a worker has got what was sent under a token."""
    cache.set(key_of(token), True, KEPT)


def has_answered(token: str) -> bool:
    """Tell whether a worker has."""
    return bool(cache.get(key_of(token)))


def key_of(token: str) -> str:
    return f"answer-{token}"
