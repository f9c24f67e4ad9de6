"""Ways out of what is in the way of a date itself: the nearest days on which nobody rests."""

from collections.abc import Iterable
from datetime import date

from programmes.models import Move, WaveSite
from programmes.queries.shift import Shift
from programmes.timing import ONE_DAY, is_year_end, rest_on

# So far from the date that was asked for a free day is looked for.
FARTHEST_DAYS = 60


def free_days_near(shift: Shift, today: date) -> list[date]:
    """Return the last free day before the date that is asked for, and the first after it.

    They are still to come, within the programme, and free for a hand-over that moves along, too.
    There are none where the date is free itself, or has not changed.
    """
    if shift.days == 0 or _is_free(shift, shift.after_on):
        return []
    steps = range(1, FARTHEST_DAYS + 1)
    ways = ([shift.after_on + sign * n * ONE_DAY for n in steps] for sign in (-1, 1))
    found = (_first_free(shift, days, today) for days in ways)
    return [day for day in found if day]


def _first_free(shift: Shift, days: Iterable[date], today: date) -> date | None:
    programme = shift.wave.programme
    first = max(programme.starts_on, today + ONE_DAY)
    those = (day for day in days if first <= day <= programme.ends_on)
    free = (day for day in those if day != shift.before_on and _is_free(shift, day))
    return next(free, None)


def _is_free(shift: Shift, day: date) -> bool:
    """Tell whether nobody rests on a day, nor on that of the hand-over which goes with it."""
    return all(
        not is_year_end(on) and not any(rest_on(on, p.site, p.blackouts) for p in _places(shift))
        for on in (day, _hand_over_with(shift, day))
        if on
    )


def _hand_over_with(shift: Shift, day: date) -> date | None:
    """Return the day of the hand-over if the go-live of the whole wave is on a day."""
    on = shift.wave.handed_over_on
    if on is None or shift.place or shift.what != Move.What.GO_LIVE:
        return None
    return on + (day - shift.before_on)


def _places(shift: Shift) -> tuple[WaveSite, ...]:
    """Return the sites whose rest counts: those that move, else all of the wave."""
    own = (place for place in shift.everywhere if place.wave_id == shift.wave.pk)
    return shift.places or tuple(own)
