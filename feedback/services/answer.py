"""Taking an answer: once per link, and apart from who gave it."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from feedback.models import HeldAnswer
from feedback.queries.invitation import Opened, open_link
from feedback.queries.mark import nonce_hash_of, stored
from feedback.services.sealed_comments import seal
from programmes.database.compiled import Statement


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


def record_answers(token: str, answer: AnswerData, nonce: str, now: datetime) -> bool:
    """Store an answer and the mark of its link, both or none; return whether it stands.

    The first of any number of posts at once wins; a link that has expired or is unknown takes
    none. It also returns True if the same form was taken before and has not been moved on since:
    the answer of then stands, and nothing is written.

    The link is looked up in a statement and transaction of its own, so that whoever reads
    statements or transactions sees no link beside a mark or an answer.
    """
    opened = open_link(token, now)
    if opened is None:
        return False
    take = {"postgresql": _take_in_one_statement, "sqlite": _take_in_one_transaction}
    return take[connection.vendor](opened, answer, hash_of_nonce(nonce)) or _is_of(opened, nonce)


MARK = """
INSERT INTO feedback_spentmark (mark, survey_id, nonce_hash) VALUES (%s, %s, %s)
ON CONFLICT DO NOTHING
"""

# A link that is used already is no error: PostgreSQL would write the statement into its log.
TAKE = Statement("""
WITH marked AS (
    INSERT INTO feedback_spentmark (mark, survey_id, nonce_hash) VALUES (%s, %s, %s)
    ON CONFLICT DO NOTHING RETURNING mark
)
INSERT INTO feedback_heldanswer (id, segment_id, csat, nps, choice_id, comment)
SELECT %s, %s, %s, %s, %s, %s FROM marked
""")

# Of each connection PostgreSQL shows the last statement with its values, until the next one.
COVER = "SELECT"


def _take_in_one_statement(opened: Opened, answer: AnswerData, nonce_hash: str) -> bool:
    """Take an answer in one statement, which SQLite cannot do and does not need."""
    held = (answer.csat, answer.nps, answer.choice_id, seal(answer.comment.strip()))
    with TAKE.run(
        [opened.mark, opened.survey, nonce_hash, uuid.uuid4(), opened.segment, *held]
    ) as cursor:
        is_taken = bool(cursor.rowcount)
        cursor.execute(COVER)
    return is_taken


@transaction.atomic
def _take_in_one_transaction(opened: Opened, answer: AnswerData, nonce_hash: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(MARK, [stored(opened.mark), opened.survey, nonce_hash])
        is_first = bool(cursor.rowcount)
    if is_first:
        HeldAnswer.objects.create(
            segment_id=opened.segment,
            csat=answer.csat,
            nps=answer.nps,
            choice_id=answer.choice_id,
            comment=seal(answer.comment.strip()),
        )
    return is_first


def is_repeat(token: str, nonce: str, now: datetime) -> bool:
    """Tell whether this very form was taken and has not been moved on since; two queries."""
    opened = open_link(token, now)
    return opened is not None and _is_of(opened, nonce)


def _is_of(opened: Opened, nonce: str) -> bool:
    return nonce_hash_of(opened.mark) == hash_of_nonce(nonce)
