"""One worker at a time: a lease that ends by itself, and a fence by which its holder is known.

Whoever claims rows owns them until the lease ends. It may renew the lease, and writes only where
its own fence is still there, so that a worker that slept through its lease changes nothing.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet

Row = TypeVar("Row", bound=models.Model)


class Leased(models.Model):
    """A row that workers claim: ``fence`` names the claim, ``lease_until`` is an instant (UTC)."""

    fence = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True


@dataclass(frozen=True)
class Lease:
    """The columns that keep a lease. Without ``fence`` its holder is known by the end it wrote.

    ``span`` is how long it lasts; None is as long as that of a claim (CLAIM_LEASE_SECONDS).
    """

    until: str = "lease_until"
    fence: str = "fence"
    span: timedelta | None = None

    @property
    def nobodys(self) -> dict[str, Any]:
        """Return the columns of a row that nobody owns."""
        return {self.until: None} | ({self.fence: ""} if self.fence else {})

    def is_free(self, now: datetime) -> Q:
        """Return the condition of rows that nobody owns, or whose lease is over."""
        return Q((f"{self.until}__isnull", True)) | Q((f"{self.until}__lte", now))

    def claim(self, rows: QuerySet[Any], now: datetime, **changes: Any) -> dict[str, Any]:
        """Take those that are free in one UPDATE; return by which columns they are known.

        Nothing is returned if a rival has them all.
        """
        taken: dict[str, Any] = {self.until: self._end(now)}
        if self.fence:
            taken[self.fence] = secrets.token_hex(16)
        if not rows.filter(self.is_free(now)).update(**taken, **changes):
            return {}
        return {self.fence: taken[self.fence]} if self.fence else taken

    def own(self, row: Row) -> QuerySet[Row]:
        """Return a row with a fence, as far as the claim with which it was read still owns it."""
        fence = {self.fence: getattr(row, self.fence)}
        return type(row)._default_manager.filter(pk=row.pk, **fence)

    def renew(self, own: QuerySet[Any], now: datetime, **changes: Any) -> bool:
        """Extend the lease; False if nothing is owned any more."""
        return own.update(**{self.until: self._end(now)}, **changes) > 0

    def release(self, own: QuerySet[Any], **changes: Any) -> int:
        """Give back what is owned, with what has changed; return how many rows that is."""
        return own.update(**(self.nobodys | changes))

    def _end(self, now: datetime) -> datetime:
        return now + (self.span or timedelta(seconds=settings.CLAIM_LEASE_SECONDS))


LEASE = Lease()
