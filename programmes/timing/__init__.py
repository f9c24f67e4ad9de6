"""Time: what a schedule holds, and the one way from (site, date, hour) to an instant.

Days and hours are the site's own; instants are aware datetimes in UTC.
"""

from programmes.timing.due import (
    Due,
    day_at,
    due_at,
    end_of_next_working_day,
    first_working_moment,
    last_working_moment,
    working_hours,
    working_moment,
)
from programmes.timing.instants import instant
from programmes.timing.rest import (
    ONE_DAY,
    Delay,
    Place,
    Span,
    holidays_of,
    is_working_day,
    is_year_end,
    next_working_day,
    public_holidays,
    rest_on,
    rests_on,
    subdivisions_of,
)
from programmes.timing.schedule import Schedule, Scheduled

__all__ = [
    "ONE_DAY",
    "Delay",
    "Due",
    "Place",
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
    "is_year_end",
    "last_working_moment",
    "next_working_day",
    "public_holidays",
    "rest_on",
    "rests_on",
    "subdivisions_of",
    "working_hours",
    "working_moment",
]
