"""Saying that texts are still right whose source has changed in wording only."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from communications.adaptations.queries.asked import AskedText, asked_in
from communications.adaptations.queries.forms import EMAIL, FIELDS
from communications.messages.models import Adaptation, ChannelText, Message
from communications.messages.services.channel_text import confirm_channel_text
from programmes.services.texts import confirm_unchanged
from stakeholders.models import User


@transaction.atomic
def confirm_asked(
    message: Message, texts: Iterable[AskedText], user: User, now: datetime
) -> list[AskedText]:
    """Say that some texts of a message are still right; return those of which it could be said.

    Each keeps its state. It is not said of what a change of meaning has made stale since, nor of
    what lacks a placeholder, link or number of its source.

    Raises:
        RefusedError: somebody has emptied or changed the text of a channel at the same moment.
        TextMissingError: the same of an email.
    """
    stored = Message.objects.select_for_update().get(pk=message.pk)
    chosen = {one.key for one in texts}
    asked = asked_in(stored, Adaptation.objects.all())
    right = [one for one in asked if one.key in chosen and not one.lost]
    for one in right:
        _confirm(one, user, now)
    return right


def _confirm(text: AskedText, user: User, now: datetime) -> None:
    if isinstance(text.holder, ChannelText):
        confirm_channel_text(text.holder, text.language, user, now)
    else:
        confirm_unchanged(text.holder, text.language, user, now, fields=FIELDS[EMAIL])
