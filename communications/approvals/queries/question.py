"""What was asked back about versions that wait."""

from collections import defaultdict
from collections.abc import Iterable

from communications.approvals.models import Question
from communications.messages.models import Approval


def questions_on(waiting: Iterable[Approval]) -> dict[int, list[Question]]:
    """Return the questions about versions with their answers, by the version's id (one query)."""
    found: dict[int, list[Question]] = defaultdict(list)
    asked = Question.objects.filter(approval__in=list(waiting))
    for question in asked.select_related("asked_by", "answered_by"):
        found[question.approval_id].append(question)
    return found
