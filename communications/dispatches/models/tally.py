"""How many rows of the ledger are alike in what pages count them by: read instead of the ledger."""

from typing import Any

from django.db import connection, models
from django.db.models import Max, Min, Sum

from programmes.scope import Scope

# The part of the ledger that holds all that is planned, claimed and sending.
WAITING = "waiting"
KEY = ("dispatch", "site", "part", "language", "reason", "delay", "due_at", "try_at")
COLUMNS = ("dispatch_id", "site_id", *KEY[2:])
_COLUMNS = ", ".join(COLUMNS)

# Rows of the same mails become one row or none, wherever something is new. What another
# transaction merges just now is left to it.
MERGE = f"""
WITH mine AS (
  SELECT id FROM communications_tally
  WHERE (dispatch_id, site_id) IN (
    SELECT dispatch_id, site_id FROM communications_tally WHERE is_new
  )
  FOR UPDATE SKIP LOCKED
), gone AS (
  DELETE FROM communications_tally WHERE id IN (SELECT id FROM mine)
  RETURNING {_COLUMNS}, mails, first_at, last_at
), kept AS (
  INSERT INTO communications_tally ({_COLUMNS}, mails, first_at, last_at, is_new)
  SELECT {_COLUMNS}, SUM(mails), MIN(first_at), MAX(last_at), FALSE FROM gone
  GROUP BY {_COLUMNS} HAVING SUM(mails) <> 0
)
SELECT DISTINCT dispatch_id FROM gone
"""  # noqa: S608 (our names)
# SQLite counts in place.
MARK_KNOWN = "UPDATE communications_tally SET is_new = FALSE WHERE is_new RETURNING dispatch_id"


class TallyQuerySet(models.QuerySet["Tally"]):
    """Words on tallies."""

    def within(self, scope: Scope) -> "TallyQuerySet":
        """Narrow to the programme's mails planned for sites in view."""
        here = self.filter(scope.here("dispatch__message__programme"))
        return here if scope.regions is None else here.filter(site__region__in=scope.regions)

    def by(self, *columns: str) -> list[dict[str, Any]]:
        """Count mails by some columns, as ``n``; what no mail is in is not told."""
        return list(self.order_by().values(*columns).annotate(n=Sum("mails")).exclude(n=0))

    def groups(self) -> list[dict[str, Any]]:
        """Count mails by all columns of ``KEY``, with the ``first`` and the ``last`` end of some.

        Of fewer columns, rows that have moved on could say when.
        """
        counted = self.order_by().values(*KEY).annotate(n=Sum("mails"))
        return list(counted.annotate(first=Min("first_at"), last=Max("last_at")).exclude(n=0))

    def mails(self) -> int:
        """Return how many mails there are."""
        found: int = self.aggregate(n=Sum("mails", default=0))["n"]
        return found

    def merge(self) -> set[int]:
        """Make one row of those that have piled up for the same mails; no count changes.

        Returns the ids of the dispatches of which something has moved since.
        """
        is_postgresql = connection.vendor == "postgresql"
        with connection.cursor() as cursor:
            cursor.execute(MERGE if is_postgresql else MARK_KNOWN)
            return {dispatch for (dispatch,) in cursor.fetchall()}


class Tally(models.Model):
    """Some of the deliveries that share all columns of ``KEY``: all of them are the sum of rows.

    The database keeps it by the triggers of ``models.counting``, whoever writes deliveries; nobody
    else writes here. ``mails`` is less than zero where rows have moved on.

    ``part`` is the state, or ``WAITING``. What waits has no language yet; ``reason`` is kept of
    what was skipped or cancelled, where it is a key of ours; ``due_at`` of what waits or was
    delayed; ``try_at`` of what is planned and rests between two tries, cut off to the minute.
    ``first_at`` and ``last_at`` are when some of them ended. All instants are UTC. The database
    checks no key, so that rows that stand for nothing keep nothing from being deleted.
    """

    dispatch = models.ForeignKey(
        "communications.Dispatch",
        models.DO_NOTHING,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    site = models.ForeignKey(
        "programmes.Site",
        models.DO_NOTHING,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    part = models.CharField(max_length=9)
    language = models.CharField(max_length=12)
    reason = models.CharField(max_length=200)
    delay = models.CharField(max_length=13)
    due_at = models.DateTimeField(null=True)
    try_at = models.DateTimeField(null=True)
    mails = models.IntegerField()
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    is_new = models.BooleanField()

    objects = TallyQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index("dispatch", "part", "site", name="tally_of"),
            models.Index("dispatch", "site", condition=models.Q(is_new=True), name="tally_new"),
        ]

    def __str__(self) -> str:
        return f"{self.dispatch_id} {self.site_id} {self.part}: {self.mails}"
