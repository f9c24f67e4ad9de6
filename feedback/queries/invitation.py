"""From a link to what it asks."""

from datetime import datetime

from communications.services.link import hash_of
from feedback.models import Invitation, Question, Survey

PURPOSE = "survey"


def find_invitation(token: str, now: datetime) -> Invitation | None:
    """Return the invitation of a link that has not expired, answered or not, in one query."""
    return (
        Invitation.objects.select_related("segment__survey__programme", "link__delivery__person")
        .filter(
            link__token_hash=hash_of(token),
            link__purpose=PURPOSE,
            link__expires_at__gt=now,
        )
        .first()
    )


def questions_of(survey: Survey) -> list[Question]:
    """Return the questions in their order, each with its options (two queries)."""
    return list(survey.questions.prefetch_related("options"))
