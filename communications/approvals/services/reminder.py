"""Reminding who decides: after two working days of theirs, then every two, three times at most."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from communications.approvals.models import Notice, Reminder
from communications.approvals.models.reminder import MOST, REVIEW
from communications.approvals.services.notice import matters_in, plan_notices
from programmes.models import Programme
from programmes.queries.decisions import Matter
from programmes.timing import ONE_DAY, Place, instant, is_working_day, working_hours
from stakeholders.accounts.access import deciders_in, scope_of
from stakeholders.models import Person, User

EVERY = 2
# Beyond it a matter has had all its reminders, whatever rests there are.
LONGEST_DAYS = 60


@dataclass(frozen=True)
class Office:
    """Where somebody works, as far as is known: by their own record, else Monday to Friday."""

    time_zone: str
    country: str = ""
    subdivision: str = ""
    weekend_days: str = "67"


def plan_reminders(now: datetime) -> int:
    """Plan the reminders of all programmes that are due; return how many rows are new.

    Safe to run at any time and twice at once: the row of a reminder comes first, and a day's
    mail to one person lists all that waits when it leaves.
    """
    return sum(_remind_in(programme, now) for programme in Programme.objects.order_by("pk"))


def _remind_in(programme: Programme, now: datetime) -> int:
    matters = matters_in(programme, now)
    if not matters:
        return 0
    users = list(waited_for(programme, matters, now))
    offices = offices_of(users)
    return sum(_remind(programme, user, offices[user.pk], matters, now) for user in users)


def waited_for(programme: Programme, matters: Iterable[Matter], now: datetime) -> Iterable[User]:
    """Return who decides, and who was asked for an answer in place of that."""
    deciders = deciders_in(programme, now)
    answerers = {pk for matter in matters for pk in matter.answerers if not matter.is_open}
    others = User.objects.filter(pk__in=answerers, is_active=True).exclude(pk__in=deciders)
    return [*deciders, *others]


def offices_of(users: Sequence[User]) -> dict[int, Place]:
    """Return where each user works, by their id: at the site of the person with their address."""
    addresses = {user.email.lower(): user for user in users}
    found: dict[int, Place] = {user.pk: Office(user.time_zone or "UTC") for user in users}
    people = Person.objects.filter(email__in=addresses).select_related("site")
    for person in people:
        found[addresses[(person.email or "").lower()].pk] = person.site
    return found


def _remind(
    programme: Programme, user: User, office: Place, matters: Iterable[Matter], now: datetime
) -> int:
    opens_at = opening(office, now)
    if opens_at is None or now < opens_at:
        return 0
    scope = scope_of(user, programme)
    mine = [matter for matter in matters if matter.is_for(scope)]
    rows = [(each, number_at(each.since, office, now)) for each in mine]
    due = [_row(programme, user, each, number, opens_at) for each, number in rows if number]
    return plan_rows(programme, user, due, opens_at)


def opening(office: Place, now: datetime) -> datetime | None:
    """Return when (UTC) the working hours of today begin at a place; None on a day of rest."""
    today = now.astimezone(ZoneInfo(office.time_zone)).date()
    if not is_working_day(today, office):
        return None
    return instant(today, working_hours()[0], office.time_zone)


def number_at(since: datetime, office: Place, now: datetime) -> int:
    """Return which reminder is due by now: none before two whole working days have passed."""
    zone = ZoneInfo(office.time_zone)
    first, today = since.astimezone(zone).date(), now.astimezone(zone).date()
    if (today - first).days > LONGEST_DAYS:
        return MOST
    return min(MOST, _working_days(first, today, office) // EVERY)


def _working_days(first: date, last: date, office: Place) -> int:
    """Count the working days between two days, without both."""
    between = ((first + n * ONE_DAY) for n in range(1, (last - first).days))
    return sum(1 for day in between if is_working_day(day, office))


def _row(
    programme: Programme, user: User, matter: Matter, number: int, due_at: datetime
) -> Reminder:
    return Reminder(
        programme=programme,
        user=user,
        kind=matter.kind,
        key=matter.key,
        since=matter.since,
        number=number,
        due_at=due_at,
    )


@transaction.atomic
def plan_rows(
    programme: Programme,
    user: User,
    rows: Sequence[Reminder],
    opens_at: datetime,
    notice: Notice.Kind = Notice.Kind.REMIND,
) -> int:
    """Write the rows that are not there, and with them the mail of the day, of one kind a day."""
    before = Reminder.objects.filter(programme=programme, user=user)
    of_reviews = notice == Notice.Kind.AGAIN
    before = before.filter(kind=REVIEW) if of_reviews else before.exclude(kind=REVIEW)
    known = set(before.values_list("kind", "key", "since", "number"))
    new = [row for row in rows if (row.kind, row.key, row.since, row.number) not in known]
    # What comes up after the mail of a day is in that of the next working day.
    if not new or before.filter(due_at=opens_at).exists():
        return 0
    Reminder.objects.bulk_create(new, ignore_conflicts=True)
    me = User.objects.filter(pk=user.pk)
    plan_notices(me, programme, notice, opens_at)
    return len(new)
