"""A message as a mail to whoever asks for it: no delivery, and no part of any reach."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from communications.approvals.models import Notice
from communications.dispatches.services.waking import wake_senders
from communications.messages.models import Message
from communications.messages.services.test_limit import count_test
from stakeholders.models import User


@transaction.atomic
def send_to_me(
    message: Message, text: Mapping[str, Any], language: str, user: User, now: datetime
) -> Notice:
    """Plan a mail to the user alone, in one language, with what ``text_to_try`` gives.

    Raises:
        ValidationError: this user has sent enough tests for now.
    """
    count_test(message, user, now)
    notice = Notice.objects.create(
        kind=Notice.Kind.TEST,
        user=user,
        programme=message.programme,
        tested=message,
        text=dict(text),
        language=language,
        due_at=now,
    )
    wake_senders(1)
    return notice
