"""The emails of the last 24 hours, as the page draws them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from communications.operation.queries.sent import HOUR, SentHour, sent_by_hour
from programmes.design import formats
from programmes.design.charts.columns import Column, ColumnWords

MINUTES, FEW = 60, 10


@dataclass(frozen=True)
class Traffic:
    """Emails by hour, the hour that runs last; ``at`` is now (UTC)."""

    at: datetime
    hours: Sequence[SentHour]

    @property
    def total(self) -> int:
        """Return how many left."""
        return sum(hour.mails for hour in self.hours)

    @property
    def columns(self) -> list[Column]:
        """Return the hours as columns of a chart."""
        return [Column(formats.moment(hour.at), hour.mails) for hour in self.hours]

    @property
    def words(self) -> ColumnWords:
        """Return what the chart says: the busiest hour, and where it begins and ends."""
        busiest = max(self.hours, key=lambda hour: hour.mails)
        peak = _("%(n)s at %(time)s, %(rate)s a minute") % {
            "n": formats.number(busiest.mails),
            "time": formats.clock(busiest.at),
            "rate": formats.number(self._rate(busiest)),
        }
        return ColumnWords(peak, self._first(), _("now"))

    def _rate(self, hour: SentHour) -> float:
        """Return emails a minute, of the hour that runs by the minutes it has had."""
        minutes = min(HOUR, self.at - hour.at).total_seconds() / MINUTES
        rate = hour.mails / max(1.0, minutes)
        return round(rate, 1) if rate < FEW else round(rate)

    def _first(self) -> str:
        first = self.hours[0].at
        time = formats.clock(first)
        is_today = timezone.localdate(first) == timezone.localdate(self.at)
        return time if is_today else _("yesterday %(time)s") % {"time": time}


def traffic(now: datetime) -> Traffic:
    """Return the emails of the last 24 hours, in one query."""
    return Traffic(now, sent_by_hour(now))
