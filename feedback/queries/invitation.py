"""From a link to what it asks."""

from datetime import datetime

from communications.services.link import hash_of
from feedback.models import Invitation, Question, Survey

PURPOSE = "survey"
RELATED = ("segment__survey__programme", "link__delivery__person")
# A programme has its texts in all languages; the page needs none of them.
NEEDED = (
    "is_answered",
    "segment__survey__smallest_group",
    "segment__survey__programme__name",
    "segment__survey__programme__slug",
    "segment__survey__programme__languages",
    "link__delivery__language",
    "link__delivery__person__language",
)


def find_invitation(token: str, now: datetime) -> Invitation | None:
    """Return the invitation of a link that has not expired, answered or not, in one query."""
    found = Invitation.objects.filter(
        link__token_hash=hash_of(token), link__purpose=PURPOSE, link__expires_at__gt=now
    )
    return found.select_related(*RELATED).only(*NEEDED).order_by("pk").first()


def questions_of(survey: Survey) -> list[Question]:
    """Return the questions in their order, each with its options (two queries)."""
    return list(survey.questions.prefetch_related("options"))
