"""Counting what goes wrong, so that guesses become slow. No thread waits here, and none locks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import F
from django.utils.crypto import salted_hmac

from programmes.models.attempt import Attempt
from programmes.queries.key import secrets_in_use

# One statement, so that guesses made side by side are all counted.
COUNT = """
INSERT INTO programmes_attempt (key, count, ends) VALUES (%s, 1, %s)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN programmes_attempt.ends <= %s THEN 1 ELSE programmes_attempt.count + 1 END,
    ends = CASE WHEN programmes_attempt.ends <= %s THEN excluded.ends
        ELSE programmes_attempt.ends END
RETURNING count, ends
"""


@dataclass(frozen=True)
class Limit:
    """So many in so many seconds, counted from the first.

    Attributes:
        name: what is counted; the same parts under another name are another count.
        most: how many are allowed.
        seconds: how long they are remembered.

    """

    name: str
    most: int
    seconds: int

    def of(self, *parts: str) -> "Counted":
        """Return the count of what these parts name together."""
        text = "\n".join((self.name, *parts))
        own, *former = (_key_of(text, secret) for secret in secrets_in_use())
        return Counted(self, own, tuple(former))


def _key_of(text: str, secret: str) -> str:
    return salted_hmac("onelift.attempts", text, secret, algorithm="sha256").hexdigest()


@dataclass(frozen=True)
class Counted:
    """One count of a limit; ``former`` are its keys under the fallbacks of SECRET_KEY."""

    limit: Limit
    key: str
    former: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """Return all its keys: what was reached under a former one is still reached."""
        return (self.key, *self.former)


def seconds_to_wait(counts: Iterable[Counted], now: datetime) -> int:
    """Return how long nothing more is allowed by these counts, in seconds; 0 if something is."""
    most = {key: each.limit.most for each in counts for key in each.keys}
    rows = Attempt.objects.filter(key__in=most, ends__gt=int(now.timestamp())).values_list(
        "key", "count", "ends"
    )
    return max((_left(ends, now) for key, count, ends in rows if count >= most[key]), default=0)


def count_attempt(counts: Iterable[Counted], now: datetime) -> int:
    """Count one more, unless that is too many; return the seconds to wait, 0 if it may go on."""
    counts = list(counts)
    wait = seconds_to_wait(counts, now)
    return wait or max((_count(each, now) for each in counts), default=0)


def _count(counted: Counted, now: datetime) -> int:
    moment = int(now.timestamp())
    values = (counted.key, moment + counted.limit.seconds, moment, moment)
    with connection.cursor() as cursor:
        cursor.execute(COUNT, values)
        count, ends = cursor.fetchone()
    return _left(ends, now) if count > counted.limit.most else 0


def _left(ends: int, now: datetime) -> int:
    return max(1, ends - int(now.timestamp()))


def give_back(counts: Iterable[Counted]) -> None:
    """Take one attempt out of the counts: it was none, it was right."""
    keys = [each.key for each in counts]
    Attempt.objects.filter(key__in=keys, count__gt=0).update(count=F("count") - 1)


def forget_attempts(counts: Iterable[Counted]) -> None:
    """Begin these counts again."""
    Attempt.objects.filter(key__in=[key for each in counts for key in each.keys]).delete()


def sweep_attempts(now: datetime) -> int:
    """Delete the counts that are over; return how many."""
    return Attempt.objects.filter(ends__lte=int(now.timestamp())).delete()[0]
