"""Reminding the owners of readiness rules of what is missing: by hand, once a day each.

The programme managers answer for rules that nobody owns.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from auditlog.models import LogEntry
from django.db import transaction
from django.utils.translation import gettext as _

from communications.approvals.models import Notice
from programmes.models import Programme, Wave
from programmes.models.trail import PROGRAMME
from programmes.queries.wave_readiness import JudgedRule, counted_last
from programmes.scope import EVERYTHING
from programmes.services.trail import write_entry
from stakeholders.accounts.queries.role import holders
from stakeholders.models import Role, User

# In the text of such a notice: the id of the wave, and the name of who reminds.
WAVE, BY = "wave", "by"


@dataclass(frozen=True)
class Reminder:
    """When somebody was last reminded of what they own, and by whom."""

    at: datetime
    by: str

    def is_of_today(self, now: datetime) -> bool:
        """Tell whether the next one has to wait for tomorrow (UTC)."""
        return self.at >= day_of(now)


def last_wave_reminder(wave: Wave) -> Reminder | None:
    """Return when owners were last reminded of what is missing in a wave; one query."""
    own = Notice.objects.filter(programme=wave.programme_id, kind=Notice.Kind.OWNER)
    found = own.filter(text__wave=wave.pk, text__has_key=BY).order_by("-due_at", "-pk").first()
    return Reminder(found.due_at, found.text[BY]) if found else None


def owners_to_remind(
    rules: Iterable[JudgedRule], programme: Programme, user: User, now: datetime
) -> list[User]:
    """Return who answers for what is missing, wants mails, and was not reminded today.

    What nobody owns is for the programme managers, but nobody reminds themselves of that.
    """
    missing = [one for one in rules if is_missing(one)]
    owners = {one.owner.pk: one.owner for one in missing if one.owner}
    if any(one.owner is None for one in missing):
        managers = holders(programme, Role.Kind.PROGRAMME_MANAGER).exclude(pk=user.pk)
        owners |= {one.pk: one for one in managers}
    told = Notice.objects.filter(programme=programme, kind=Notice.Kind.OWNER, due_at=day_of(now))
    known = set(told.filter(user__in=owners).values_list("user", flat=True)) if owners else set()
    found = [user for pk, user in owners.items() if pk not in known and wants_mail(user)]
    return sorted(found, key=lambda user: (str(user), user.pk))


def wants_mail(user: User) -> bool:
    """Tell whether somebody gets mails about what waits for them."""
    return user.is_active and user.approval_notice != User.Notice.NEVER


def is_missing(one: JudgedRule) -> bool:
    return one.is_missed or one.is_short


def day_of(now: datetime) -> datetime:
    """Return the moment that all reminders of a day share, so that the table holds one a day."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


@transaction.atomic
def remind_owners(
    wave: Wave, rules: Iterable[JudgedRule], user: User, now: datetime
) -> Sequence[User]:
    """Plan a mail to each who answers for what is missing in a wave; return who gets one."""
    programme, told = wave.programme, []
    for owner in owners_to_remind(rules, programme, user, now):
        _notice, is_new = Notice.objects.get_or_create(
            user=owner,
            programme=programme,
            kind=Notice.Kind.OWNER,
            due_at=day_of(now),
            defaults={"text": {WAVE: wave.pk, BY: str(user)}},
        )
        told += [owner] if is_new else []
    if told:
        changes = {"reminded": ["", ", ".join(map(str, told))]}
        write_entry(wave, LogEntry.Action.UPDATE, user, now, changes, {PROGRAMME: programme.pk})
    return told


def missing_of(notice: Notice, now: datetime) -> list[str]:
    """Return what is missing of what a user answers for, by wave; in the active language."""
    scope = replace(EVERYTHING, programme=notice.programme_id)
    managers = holders(notice.programme, Role.Kind.PROGRAMME_MANAGER)
    answers_for = {notice.user_id} | ({None} if managers.filter(pk=notice.user_id) else set())
    return [
        _line(one.wave, judged)
        for one in counted_last(notice.programme, Wave.objects.within(scope), now).values()
        for judged in one.rules
        if (judged.owner and judged.owner.pk) in answers_for and is_missing(judged)
    ]


def _line(wave: Wave, judged: JudgedRule) -> str:
    words = {"wave": wave.name, "fact": judged.words}
    text = "%(wave)s: %(fact)s" if judged.owner else _("%(wave)s: %(fact)s (no owner)")
    return text % words
