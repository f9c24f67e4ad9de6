"""Time: what a schedule holds, and the one way from (site, date, hour) to an instant.

Days and hours are the site's own; instants are aware datetimes in UTC.
"""

from programmes.timing.due import (
    Due,
    day_at,
    due_at,
    end_of_next_working_day,
    first_working_moment,
    working_moment,
)
from programmes.timing.instants import instant
from programmes.timing.rest import (
    Delay,
    Span,
    holidays_of,
    is_working_day,
    next_working_day,
    public_holidays,
    rest_on,
    subdivisions_of,
)
from programmes.timing.schedule import Schedule, Scheduled

__all__ = [
    "Delay",
    "Due",
    "Schedule",
    "Scheduled",
    "Span",
    "day_at",
    "due_at",
    "end_of_next_working_day",
    "first_working_moment",
    "holidays_of",
    "instant",
    "is_working_day",
    "next_working_day",
    "public_holidays",
    "rest_on",
    "subdivisions_of",
    "working_moment",
]
