"""One writer at a time: a need is locked before it is changed, and what was not seen stays."""

from datetime import datetime

from auditlog.models import LogEntry
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from feedback.needs.models import Need
from programmes.queries.trail import Values, entries_on, written_of
from programmes.services.trail import write_change
from stakeholders.models import User

NOTED = ("what", "site_id", "effect", "owner_id", "due_on", "stream_id", "joined_to_id", "outcome")
# The key of an entry's additional data: what was done. See ``latest``.
ACT = "need"


def locked(need: Need, seen: int | None = None) -> Need:
    """Return a need that nobody else can change until the transaction ends.

    Args:
        need: as it was read.
        seen: the version that the writer has seen; None is whatever there is.

    Raises:
        ValidationError: it was changed since, or deleted.

    """
    related = ("programme", "site")
    rows = Need.objects.select_for_update(of=("self",)).select_related(*related)
    found = rows.filter(pk=need.pk).first()
    if found is None:
        raise ValidationError(_("This need was removed in the meantime."))
    if seen is not None and seen != found.version:
        raise ValidationError(
            _(
                "Someone else has changed this need in the meantime. Compare what you entered "
                "with what is there now, then save again."
            )
        )
    return found


def values_noted(need: Need) -> Values:
    """Return what the trail keeps of a need: never the address."""
    return written_of(need, NOTED)


def save_noted(need: Need, before: Values, act: str, by: User, now: datetime) -> None:
    """Save a locked need, and write down what was done to it by whom."""
    need.version += 1
    need.save()
    write_change(need, before, values_noted(need), by, now, said={ACT: act})


def latest(need: Need, act: str, by: User) -> LogEntry:
    """Return the entry of what was done to a need last, if it was that, and by the user.

    Raises:
        ValidationError: it was something else, or somebody else did it.

    """
    entry: LogEntry | None = entries_on(Need, [need.pk]).first()
    said = (entry.additional_data or {}).get(ACT) if entry else None
    if entry is None or said != act or entry.actor_id != by.pk:
        raise ValidationError(_("This was changed in the meantime and can no longer be undone."))
    return entry
