"""On which days the people of the demonstration meet: on days on which they work."""

from datetime import UTC, datetime

import pytest

from onelift.demo.meetings import working_day
from programmes.models import Site

BOULOGNE = Site(name="Boulogne", country="FR", weekend_days="67")


@pytest.mark.parametrize(
    ("now", "held_on"),
    [
        ("2026-12-14", "2026-12-15"),  # a Tuesday
        ("2026-12-18", "2026-12-21"),  # the day after is a Saturday
        ("2026-12-31", "2027-01-04"),  # the day after is a holiday, before two days of rest
    ],
)
def test_people_meet_on_the_first_day_on_which_they_work(now, held_on):
    found = working_day(datetime.fromisoformat(now).replace(tzinfo=UTC), 1, BOULOGNE)
    assert str(found) == held_on
