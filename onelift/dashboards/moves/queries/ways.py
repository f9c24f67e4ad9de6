"""Ways out of what is in the way of a message: an earlier day, its old day, or a later end.

Between Christmas and New Year it goes out as planned unless somebody chooses otherwise.

A draft gets them with the move. What is approved has its days approved too: its draft gets them,
and goes out so once that is approved. What waits for approval has no other way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from communications.messages.queries.content import due_of
from communications.models import Approval
from onelift.dashboards.moves.queries.clashes import RESTS
from onelift.dashboards.plan.queries.moments import NamedPlan
from programmes.design.formats import day
from programmes.models import WaveSite
from programmes.queries.shift import Choice, Shift, Wishes
from programmes.timing import Due, Schedule, day_at, is_year_end

WAIT, EARLIER, CANCEL, EXTEND, KEEP = "wait", "earlier", "cancel", "extend", "keep"
# So many days before its own an earlier day is looked for.
FARTHEST = 21
# So long after the move a draft that would be too late may still go out.
LONGER = timedelta(days=3)
# As a schedule takes them.
LONGEST_HOURS, FEWEST_DAYS = 24 * 60, -730
# Its value, its words, and the schedule that it leads to; None is the usual one.
Option = tuple[str, str, Schedule | None]


@dataclass(frozen=True)
class Way:
    """Other schedules for one message, by the choice that leads to each.

    ``is_approved`` tells that they are drafted, while what is approved goes on as it is.
    """

    choice: Choice
    schedules: Mapping[str, Schedule]
    is_approved: bool

    @property
    def taken(self) -> Schedule | None:
        """Return the schedule that somebody chose, if any."""
        return self.schedules.get(self.choice.chosen)


@dataclass(frozen=True)
class _Clashing:
    """A message that something is in the way of, with its dues at the sites that move."""

    plan: NamedPlan
    dues: Sequence[tuple[WaveSite, Due, Due]]
    shift: Shift
    now: datetime

    @property
    def schedule(self) -> Schedule:
        return self.plan.approval.frozen.schedule

    @property
    def is_approved(self) -> bool:
        return bool(self.plan.approval.pk)

    @property
    def is_late(self) -> bool:
        return any(then.latest < self.now for _place, _was, then in self.dues)

    @property
    def is_waiting(self) -> bool:
        return any(then.moved in RESTS for _place, _was, then in self.dues)

    @property
    def is_quiet(self) -> bool:
        """Tell whether it would go out between Christmas and New Year."""
        return any(_is_quiet(place, then) for place, _was, then in self.dues)

    @property
    def places(self) -> list[WaveSite]:
        """Return the sites as they would be."""
        return [self.shift.then(place) for place, _was, _then in self.dues]


def way_out(
    plan: NamedPlan,
    dues: Sequence[tuple[WaveSite, Due, Due]],
    shift: Shift,
    wishes: Wishes,
    now: datetime,
) -> Way | None:
    """Return the ways out of what is in the way of a message, if there are any."""
    one = _Clashing(plan, dues, shift, now)
    if not (one.is_late or one.is_waiting or one.is_quiet) or not _is_free(one):
        return None
    found = [_usual(one), _extended(one) if one.is_late else _earlier(one), _kept(one)]
    options = [each for each in found if each]
    if len(options) < 2:
        return None
    values = [value for value, _words, _schedule in options]
    chosen = wishes.choices.get(f"message-{plan.message.pk}", "")
    choice = Choice(
        f"message-{plan.message.pk}",
        tuple((value, words) for value, words, _schedule in options),
        chosen if chosen in values else values[0],
    )
    schedules = {value: schedule for value, _words, schedule in options if schedule}
    return Way(choice, schedules, one.is_approved)


def _is_free(one: _Clashing) -> bool:
    """Tell whether its days may be changed: it is for sites that move, and for no others.

    The draft of what is approved must be as approved, for it may hold what somebody works on.
    """
    if one.schedule.offset_days is None:
        return False
    if one.is_approved and not _is_as_approved(one.plan):
        return False
    own = (each for each in one.shift.everywhere if one.plan.rule.names(each))
    return all(each.site_id in one.shift.sites for each in own)


def _is_as_approved(plan: NamedPlan) -> bool:
    is_approved = plan.approval.state == Approval.State.APPROVED
    return is_approved and Schedule.of(plan.message) == plan.approval.frozen.schedule


def _usual(one: _Clashing) -> Option:
    """Return what happens where nobody chooses."""
    if one.is_late:
        return CANCEL, _("Cancel the message"), None
    until = min(day_at(then.at, place.site) for place, _was, then in one.dues)
    words = _("Wait until %(day)s") if one.is_waiting else _("Send on %(day)s anyway")
    return WAIT, words % {"day": day(until)}, None


def _extended(one: _Clashing) -> Option | None:
    first = min(then.at for _place, _was, then in one.dues)
    hours = int((one.now + LONGER - first) / timedelta(hours=1))
    if hours > LONGEST_HOURS:
        return None
    words = _("Send late, until %(day)s")
    if one.is_approved:
        words = _("Draft a later end date (%(day)s) for a new approval")
    until = {"day": day((one.now + LONGER).date())}
    return EXTEND, words % until, replace(one.schedule, latest_hours=hours)


def _earlier(one: _Clashing) -> Option | None:
    found = _free_before(one.schedule, one.places, one.now)
    if found is None:
        return None
    words = _("Send earlier, on %(day)s")
    if one.is_approved:
        words = _("Draft an earlier date (%(day)s) for a new approval")
    return EARLIER, words % {"day": day(_first_day(found, one.places))}, found


def _kept(one: _Clashing) -> Option | None:
    """Return the old day of what is approved, if that is to come."""
    days = (one.schedule.offset_days or 0) - one.shift.days
    other = replace(one.schedule, offset_days=days)
    dues = [due for place in one.places if (due := due_of(other, place))]
    if not one.is_approved or any(due.at <= one.now for due in dues):
        return None
    if not FEWEST_DAYS <= days <= -FEWEST_DAYS:
        return None
    words = _("Draft the original date (%(day)s) for a new approval")
    return KEEP, words % {"day": day(_first_day(other, one.places))}, other


def _free_before(schedule: Schedule, places: Sequence[WaveSite], now: datetime) -> Schedule | None:
    """Return the schedule of the last day before at which nobody rests and that is to come."""
    for days in range(1, FARTHEST + 1):
        other = replace(schedule, offset_days=(schedule.offset_days or 0) - days)
        dues = [(place, due) for place in places if (due := due_of(other, place))]
        if any(due.at <= now for _place, due in dues) or (other.offset_days or 0) < FEWEST_DAYS:
            return None
        if not any(due.moved in RESTS or _is_quiet(place, due) for place, due in dues):
            return other
    return None


def _is_quiet(place: WaveSite, due: Due) -> bool:
    return is_year_end(day_at(due.at, place.site))


def _first_day(schedule: Schedule, places: Sequence[WaveSite]) -> date:
    return min(day_at(due.at, place.site) for place in places if (due := due_of(schedule, place)))
