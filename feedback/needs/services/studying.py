"""Who studies a need, until when, and whose field it is."""

from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from feedback.needs.models import Need
from feedback.needs.services.locking import latest, locked, save_noted, values_noted
from feedback.needs.services.telling import call_owner_off, tell_owner
from programmes.models import Stream
from stakeholders.models import User

STUDIED, UNDONE = "studied", "study undone"


@dataclass(frozen=True)
class StudyData:
    """Who answers until when; ``stream`` if it is one's field."""

    owner: User
    due_on: date
    stream: Stream | None = None


@transaction.atomic
def study(need: Need, data: StudyData, by: User, now: datetime, seen: int | None = None) -> Need:
    """Give a need an owner and a day, or others; a new owner is told by email.

    Raises:
        ValidationError: it was changed since ``seen``, answered, or joined with another.
    """
    need = locked(need, seen)
    refuse_settled(need)
    before, former = values_noted(need), need.owner_id
    need.owner, need.due_on, need.stream = data.owner, data.due_on, data.stream
    need.studied_at = need.studied_at or now
    if values_noted(need) == before:
        return need
    save_noted(need, before, STUDIED, by, now)
    if former != data.owner.pk:
        call_owner_off(need, former, now)
        if data.owner != by:
            tell_owner(need, data.owner, now)
    return need


@transaction.atomic
def undo_study(need: Need, by: User, now: datetime) -> Need:
    """Put back who studied it before, as the trail tells.

    Raises:
        ValidationError: something else was done to it since, or somebody else did this.
    """
    need = locked(need)
    was = {name: pair[0] for name, pair in (latest(need, STUDIED, by).changes_dict or {}).items()}
    before, former = values_noted(need), need.owner_id
    need.owner_id = _key(was, "owner_id", need.owner_id)
    need.stream_id = _key(was, "stream_id", need.stream_id)
    need.due_on = parse_date(was.get("due_on", "")) or need.due_on
    if need.owner_id is None:
        need.due_on = need.studied_at = None
    save_noted(need, before, UNDONE, by, now)
    if former != need.owner_id:
        call_owner_off(need, former, now)
    return need


def _key(was: dict[str, str], name: str, now: int | None) -> int | None:
    """Return the key that a column held before; what it holds if it did not change."""
    if name not in was:
        return now
    return int(was[name]) if was[name] else None


def refuse_settled(need: Need) -> None:
    """Refuse to work on what is answered already, or is answered with another need.

    Raises:
        ValidationError: it says which.

    """
    if need.answered_at:
        words = _("This need has already been answered by %(name)s.")
        raise ValidationError(words % {"name": need.answered_by or "–"})
    if need.joined_to_id:
        raise ValidationError(_("This need is joined with another one. Answer that one."))
