"""Copying an event, and deleting a draft."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from communications.messages.services.copying import delete_texts, refuse_decided
from communications.messages.services.refusal import RefusedError
from events.models import Event
from events.services.event import EventData, create_event, write_texts
from programmes.queries.texts import SOURCE_LANGUAGE, text_of
from programmes.services.texts import forget_texts
from stakeholders.audiences.services.audience import lines_of
from stakeholders.models import User

COPIED = (
    *("kind", "stream", "site", "room", "directions", "held_on", "from_time", "until_time"),
    *("capacity", "remind_days"),
)


@transaction.atomic
def copy_event(event: Event, user: User, now: datetime) -> Event:
    """Return a new event like one, with its audience, hosts and texts, and nobody in it."""
    text = text_of(event, SOURCE_LANGUAGE)
    invitation = event.invitation
    data = EventData(
        **{name: getattr(event, name) for name in COPIED},
        text=text,
        lines=lines_of(invitation.audience),
        invite_on=invitation.fixed_on or event.held_on,
        hosts=list(event.hosts.all()),
    )
    made = create_event(event.programme, data, user, now)
    made.stage = event.stage
    made.save(update_fields=["stage"])
    made.answers.set(event.answers.all())
    made.services.set(event.services.all())
    for language in event.programme.languages:
        written = text_of(event, language)
        if language != SOURCE_LANGUAGE and any(written.values()):
            write_texts(made, language, written, user, now)
    return made


@transaction.atomic
def delete_event(event: Event) -> None:
    """Delete an event that nobody was ever asked to decide on, with its mails.

    Raises:
        RefusedError: a version of one of its mails was shown for decision, or somebody has a seat.
    """
    event = Event.objects.select_for_update(of=("self",)).get(pk=event.pk)
    mails = [mail for mail in (event.invitation, event.reminder) if mail]
    for mail in mails:
        refuse_decided(mail)
    if event.registrations.exists():
        raise RefusedError(_("People are already registered. Cancel the event instead."))
    forget_texts(event)
    event.delete()
    for mail in mails:
        delete_texts(mail)
