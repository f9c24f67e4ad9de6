"""Taking an answer: once per link, and apart from who gave it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from feedback.models import HeldAnswer, Invitation

REPEAT_MINUTES = 10


@dataclass(frozen=True)
class AnswerData:
    """What one person answered; a question that was passed over is None or empty."""

    csat: int | None = None
    nps: int | None = None
    choice_id: int | None = None
    comment: str = ""


def hash_of_nonce(nonce: str) -> str:
    """Return what is stored of a form's nonce."""
    return hashlib.sha256(nonce.encode()).hexdigest()


def record_answers(invitation_id: int, answer: AnswerData, nonce: str, now: datetime) -> bool:
    """Store an answer and mark its invitation, both or none; return whether it stands.

    The first of any number of posts at once wins. It also returns True if the same form was
    posted before, less than ten minutes ago: the answer of then stands, and nothing is written.
    """
    with transaction.atomic():
        marked = Invitation.objects.filter(pk=invitation_id, is_answered=False).update(
            is_answered=True,
            nonce_hash=hash_of_nonce(nonce),
            nonce_until=now + timedelta(minutes=REPEAT_MINUTES),
        )
        if marked:
            _hold(invitation_id, answer)
    return bool(marked) or is_repeat(invitation_id, nonce, now)


def _hold(invitation_id: int, answer: AnswerData) -> None:
    segment_id = Invitation.objects.values_list("segment_id", flat=True).get(pk=invitation_id)
    HeldAnswer.objects.create(
        segment_id=segment_id,
        csat=answer.csat,
        nps=answer.nps,
        choice_id=answer.choice_id,
        comment=answer.comment.strip(),
    )


def is_repeat(invitation_id: int, nonce: str, now: datetime) -> bool:
    """Tell whether this very form was taken in the last ten minutes."""
    return Invitation.objects.filter(
        pk=invitation_id, nonce_hash=hash_of_nonce(nonce), nonce_until__gt=now
    ).exists()


def forget_nonces(now: datetime) -> int:
    """Empty what tells when an answer came, once it is no longer needed; return how many."""
    return Invitation.objects.filter(nonce_until__lte=now).update(nonce_hash="", nonce_until=None)
