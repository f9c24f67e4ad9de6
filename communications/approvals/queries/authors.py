"""Who had a hand in a message, and so does not decide on it."""

from django.db.models import Max

from communications.dispatches.sources import source_of
from communications.messages.models import Message
from communications.messages.queries.channel_text import own_texts
from programmes.queries.texts import writers_of


def authors_of(message: Message) -> set[int]:
    """Return the ids of those who wrote its texts, or chose its people or day, since it was given.

    Versions that were asked for since then have kept those whom they froze.
    """
    given = message.approvals.once_given().aggregate(last=Max("version"))["last"] or 0
    asked = message.approvals.filter(version__gt=given)
    written = [*source_of(message).written(message), *own_texts(message)]
    return {*writers_of(written), *message.editors, *asked.named_writers()}
