"""From a link to what it asks."""

from datetime import datetime

from django.db.models import Prefetch

from communications.services.link import hash_of
from feedback.models import Invitation, Option, Question, Survey
from feedback.translation import SOURCE, show_as

PURPOSE = "survey"
RELATED = ("segment__survey__programme", "link__delivery__person", "link__delivery__approval")
# A programme has its texts in all languages; the page needs none of them.
NEEDED = (
    "is_answered",
    "segment__survey__smallest_group",
    "segment__survey__programme__name",
    "segment__survey__programme__slug",
    "segment__survey__programme__languages",
    "link__delivery__language",
    "link__delivery__person__language",
    "link__delivery__approval__content",
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


def questions_put_to(invitation: Invitation) -> list[Question]:
    """Return the questions as they were approved with the mail of a link (two queries).

    What was written since is a draft, and nobody is asked it.
    """
    survey, approval = invitation.segment.survey, invitation.link.delivery.approval
    if approval is None:
        return questions_of(survey)
    approved = approval.content["more"]
    count = len(approved[SOURCE].get(Question.Kind.CHOICE, [])) - 1
    options = Prefetch("options", Option.objects.filter(order__lte=count))
    questions = list(survey.questions.prefetch_related(options))
    for question in questions:
        show_as(question, {code: asked.get(question.kind, []) for code, asked in approved.items()})
    return questions
