"""Saying which message answers which impact."""

from communications.messages.models import Message
from stakeholders.models import Impact


def answer_impact(message: Message, impact: Impact) -> None:
    """Say that a message answers an impact, wherever its audience is.

    It changes nothing of what the message says, so that no approval falls.
    """
    message.answers.add(impact)


def take_answer_back(message: Message, impact: Impact) -> None:
    message.answers.remove(impact)
