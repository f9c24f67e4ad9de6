"""Taking an answer: once per link, and apart from who gave it."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from feedback.models import HeldAnswer, Invitation
from feedback.queries.invitation import PURPOSE, opened_by
from programmes.queries.compiled import Statement

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


def record_answers(token_hash: str, answer: AnswerData, nonce: str, now: datetime) -> bool:
    """Store an answer and mark its invitation, both or none; return whether it stands.

    The first of any number of posts at once wins; a link that has expired or is unknown takes
    none. It also returns True if the same form was posted before, less than ten minutes ago: the
    answer of then stands, and nothing is written.
    """
    mark = _Mark(token_hash, now, hash_of_nonce(nonce), now + timedelta(minutes=REPEAT_MINUTES))
    take = {"postgresql": _take_in_one_statement, "sqlite": _take_in_one_transaction}
    return take[connection.vendor](mark, answer) or is_repeat(token_hash, nonce, now)


@dataclass(frozen=True)
class _Mark:
    """Which invitation is taken at which moment, and what it keeps of the form."""

    token_hash: str
    now: datetime
    nonce_hash: str
    nonce_until: datetime


TAKE = Statement("""
WITH marked AS (
    UPDATE feedback_invitation SET is_answered = TRUE, nonce_hash = %s, nonce_until = %s
    FROM communications_personallink AS link
    WHERE link.id = feedback_invitation.link_id AND NOT feedback_invitation.is_answered
    AND link.token_hash = %s AND link.purpose = %s AND link.expires_at > %s
    RETURNING segment_id
)
INSERT INTO feedback_heldanswer (id, segment_id, csat, nps, choice_id, comment)
SELECT %s, segment_id, %s, %s, %s, %s FROM marked
""")

# Of each connection PostgreSQL shows the last statement with its values, until the next one.
COVER = "SELECT"


def _take_in_one_statement(mark: _Mark, answer: AnswerData) -> bool:
    """Take an answer in one statement, which SQLite cannot do and does not need."""
    marked = (mark.nonce_hash, mark.nonce_until, mark.token_hash, PURPOSE, mark.now)
    held = (uuid.uuid4(), answer.csat, answer.nps, answer.choice_id, answer.comment.strip())
    with TAKE.run([*marked, *held]) as cursor:
        is_taken = bool(cursor.rowcount)
        cursor.execute(COVER)
    return is_taken


@transaction.atomic
def _take_in_one_transaction(mark: _Mark, answer: AnswerData) -> bool:
    invitations = opened_by(mark.token_hash, mark.now)
    is_first = invitations.filter(is_answered=False).update(
        is_answered=True, nonce_hash=mark.nonce_hash, nonce_until=mark.nonce_until
    )
    if is_first:
        HeldAnswer.objects.create(
            segment_id=invitations.values_list("segment_id", flat=True)[0],
            csat=answer.csat,
            nps=answer.nps,
            choice_id=answer.choice_id,
            comment=answer.comment.strip(),
        )
    return bool(is_first)


def is_repeat(token_hash: str, nonce: str, now: datetime) -> bool:
    """Tell whether this very form was taken in the last ten minutes."""
    return (
        opened_by(token_hash, now)
        .filter(nonce_hash=hash_of_nonce(nonce), nonce_until__gt=now)
        .exists()
    )


def forget_nonces(now: datetime) -> int:
    """Empty what tells when an answer came, once it is no longer needed; return how many."""
    return Invitation.objects.filter(nonce_until__lte=now).update(nonce_hash="", nonce_until=None)
