"""When the leaders of the demonstration speak: within the week that they speak of."""

from datetime import UTC, datetime, timedelta

import pytest

from onelift.demo.teams import spoken_at
from programmes.models.stream import week_of

MONDAY = datetime(2026, 11, 30, tzinfo=UTC)


@pytest.mark.parametrize("minutes", [0, 1, 59, 61, 24 * 60, 7 * 24 * 60 - 1])
@pytest.mark.parametrize("weeks_ago", [0, 1, 5])
def test_an_update_is_of_its_week_at_any_minute(minutes, weeks_ago):
    now = MONDAY + timedelta(minutes=minutes)
    at = spoken_at(now, weeks_ago)
    assert at <= now
    assert week_of(at.date()) == MONDAY.date() - timedelta(weeks=weeks_ago)
