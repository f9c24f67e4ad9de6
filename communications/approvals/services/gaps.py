"""Reminding those who own impacts that nothing approved covers: by hand, once a day each."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from auditlog.models import LogEntry
from django.db import transaction

from communications.approvals.models import Notice
from communications.approvals.services.owners import BY, Reminder, day_of, wants_mail
from programmes.models import Programme
from programmes.models.trail import PROGRAMME
from programmes.services.trail import write_entry
from stakeholders.models import Impact, Role, User

# In the text of such a notice, beside who reminds: the ids of the impacts.
IMPACTS = "impacts"


def owners_of(impacts: Iterable[Impact]) -> dict[int, list[User]]:
    """Return who answers for each impact, by its id: its owner, else the leaders of its stream.

    Those who have left the portal answer for nothing. One query, none without an impact.
    """
    found = list(impacts)
    led: dict[int | None, list[User]] = {}
    streams = {one.stream_id for one in found if one.stream_id}
    roles = Role.objects.filter(kind=Role.Kind.STREAM_LEADER, stream__in=streams)
    for role in roles.select_related("user").order_by("pk") if streams else ():
        led.setdefault(role.stream_id, []).append(role.user)
    return {one.pk: _answering(one, led.get(one.stream_id, [])) for one in found}


def _answering(impact: Impact, leaders: Sequence[User]) -> list[User]:
    own = [impact.owner] if impact.owner else []
    return [user for user in own if user.is_active] or [one for one in leaders if one.is_active]


def last_reminder(programme: Programme, impacts: Collection[int] | None = None) -> Reminder | None:
    """Return the last reminder of some impacts (their ids), or of any; one query."""
    wanted = None if impacts is None else set(impacts)
    for text, at in _reminders(programme).values_list("text", "due_at").order_by("-due_at", "-pk"):
        if wanted is None or wanted & set(text[IMPACTS]):
            return Reminder(at, text[BY])
    return None


def _reminders(programme: Programme) -> Any:
    own = Notice.objects.filter(programme=programme, kind=Notice.Kind.OWNER)
    return own.filter(text__has_key=IMPACTS)


@transaction.atomic
def remind_of_gaps(
    programme: Programme, gaps: Iterable[Impact], user: User, now: datetime
) -> Sequence[User]:
    """Plan one mail to each who answers for some impacts; return who gets one.

    It lists what they were not reminded of today.
    """
    Programme.objects.select_for_update().get(pk=programme.pk)
    found = {one.pk: one for one in gaps}
    owned = _by_user(owners_of(found.values()), _told_today(programme, now))
    for owner, keys in owned.items():
        text = {IMPACTS: sorted(keys), BY: str(user)}
        Notice.objects.create(
            user=owner, programme=programme, kind=Notice.Kind.OWNER, due_at=now, text=text
        )
    for key in sorted({key for keys in owned.values() for key in keys}):
        names = ", ".join(str(owner) for owner, keys in owned.items() if key in keys)
        said = {PROGRAMME: programme.pk}
        changes = {"reminded": ["", names]}
        write_entry(found[key], LogEntry.Action.UPDATE, user, now, changes, said)
    return list(owned)


def _told_today(programme: Programme, now: datetime) -> set[tuple[int, int]]:
    """Return who was reminded today (UTC) of what, as the ids of users and impacts."""
    rows = _reminders(programme).filter(due_at__gte=day_of(now)).values_list("user", "text")
    return {(user, key) for user, text in rows for key in text[IMPACTS]}


def _by_user(
    owners: Mapping[int, Iterable[User]], told: Collection[tuple[int, int]]
) -> dict[User, set[int]]:
    """Return what each is to be reminded of, by name."""
    found: dict[User, set[int]] = {}
    for key, users in owners.items():
        for user in users:
            if wants_mail(user) and (user.pk, key) not in told:
                found.setdefault(user, set()).add(key)
    return dict(sorted(found.items(), key=lambda pair: (str(pair[0]), pair[0].pk)))


def gaps_named(notice: Notice) -> list[str]:
    """Return the impacts of a notice that are still there and not accepted, by severity."""
    impacts = Impact.objects.present().of(notice.programme)
    there = impacts.filter(pk__in=notice.text[IMPACTS], accepted_at=None)
    return [f"{one.reference} {one.name}" for one in there]
