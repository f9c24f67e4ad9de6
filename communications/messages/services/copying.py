"""Copying a message, and deleting a draft."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from communications.messages.models import AdaptationVersion, Message
from communications.messages.services.channel_text import copy_channel_texts
from communications.messages.services.message import OWN, MessageData, create_message
from communications.messages.services.refusal import RefusedError
from communications.messages.services.version import write_language
from programmes.queries.texts import states_of
from programmes.services.texts import forget_texts
from stakeholders.audiences.services.audience import lines_of
from stakeholders.models import User

FIELDS = ("subject", "body")


@transaction.atomic
def copy_message(message: Message, user: User, now: datetime) -> Message:
    """Return a new draft with the audience, the time and all texts of a message."""
    made = create_message(message.programme, frame_of(message), user, now)
    copy_subjects(message, made)
    for code, status in states_of(message, FIELDS, message.programme.languages).items():
        if any(status.text.values()):
            write_language(made, code, status.text, user, now)
    copy_channel_texts(message, made, user, now)
    return made


def frame_of(message: Message) -> MessageData:
    """Return the audience, the time and all else of a message but its texts."""
    return MessageData(
        **{name: getattr(message, name) for name in OWN},
        **vars(lines_of(message.audience)),
        channels=list(message.channels.all()),
    )


def copy_subjects(message: Message, made: Message) -> None:
    """Let a copy be about what its model is about."""
    made.stage = message.stage
    made.save(update_fields=["stage"])
    made.answers.set(message.answers.all())
    made.services.set(message.services.all())


@transaction.atomic
def delete_draft(message: Message) -> None:
    """Delete a message that nobody was ever asked to decide on, with its texts and audience.

    Raises:
        RefusedError: a version of it was shown for decision, or it belongs to something else.
    """
    if message.source != "message":
        raise RefusedError(_("Only a draft that was never in review can be deleted."))
    refuse_decided(message)
    delete_texts(message)


def refuse_decided(message: Message) -> None:
    """Lock a message that is about to be deleted.

    Raises:
        RefusedError: a version of it, or of an adaptation of it, was shown for decision.
    """
    message = Message.objects.select_for_update().get(pk=message.pk)
    adapted = AdaptationVersion.objects.filter(adaptation__message=message)
    if message.approvals.exists() or adapted.exists():
        raise RefusedError(_("Only a draft that was never in review can be deleted."))


def delete_texts(message: Message) -> None:
    """Delete a message that nothing refers to any more, with its texts and audience."""
    audience = message.audience
    for holder in (message, *message.adaptations.all(), *message.channel_texts.all()):
        forget_texts(holder)
    message.delete()
    audience.delete()
