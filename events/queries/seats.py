"""How the seats of an event filled up."""

from collections import Counter
from datetime import date, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from events.models import Event, Registration
from programmes.design import formats
from programmes.design.charts.columns import Column

# More days than this are not told apart on a picture: what was before is in the first.
MOST_DAYS = 42
# Fewer would be one broad column.
LEAST_DAYS = 14


def seats_by_day(event: Event, today: date) -> list[Column]:
    """Return how many of those with a seat had asked for it by each day, until the event.

    One query. Whoever gave a seat back is not counted on any day.
    """
    zone = ZoneInfo(event.site.time_zone)
    going = event.registrations.filter(state=Registration.State.GOING)
    asked = Counter(
        moment.astimezone(zone).date() for moment in going.values_list("asked_at", flat=True)
    )
    last = min(today, event.held_on)
    first = min([*asked, event.invitation.fixed_on or last, last])
    first = min(first, last - timedelta(days=LEAST_DAYS - 1))
    first = max(first, last - timedelta(days=MOST_DAYS - 1))
    before = sum(count for day, count in asked.items() if day < first)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    counts = accumulate((asked[day] for day in days), initial=before)
    next(counts)
    return [Column(formats.day(day), count) for day, count in zip(days, counts, strict=True)]
