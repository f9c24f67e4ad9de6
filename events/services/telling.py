"""Planning the mails about registrations: they leave once the transaction is committed."""

from collections.abc import Iterable
from datetime import datetime

from communications.dispatches.services.waking import wake_senders
from events.models import Event, EventMail, Registration


def tell(registration: Registration, kind: EventMail.Kind, occasion: int, now: datetime) -> None:
    """Plan a mail, once for each occasion; a guest of whom nothing is known gets none."""
    tell_all([registration], kind, occasion, now)


def tell_all(
    registrations: Iterable[Registration], kind: EventMail.Kind, occasion: int, now: datetime
) -> None:
    """Plan the same mail for each of them.

    A walk-in has asked for none: whoever writes an event could reach anybody by letting them in.
    """
    mails = [
        EventMail(registration=one, kind=kind, occasion=occasion, due_at=now)
        for one in registrations
        if one.person_id is not None and not one.is_walk_in
    ]
    EventMail.objects.bulk_create(mails, ignore_conflicts=True, batch_size=1000)
    if mails:
        wake_senders(1)


def tell_everybody(event: Event, kind: EventMail.Kind, now: datetime) -> None:
    """Plan a mail about the event itself for all who have a seat or wait for one."""
    registered = event.registrations.exclude(state=Registration.State.CANCELLED)
    tell_all(registered, kind, event.sequence, now)
