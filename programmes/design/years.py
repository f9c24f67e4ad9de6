"""The years of dates that people give: beyond them no calendar is known."""

FIRST_YEAR, LAST_YEAR = 2000, 2100
