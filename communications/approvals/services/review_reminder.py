"""Reminding reviewers: as often as deciders, by their own working days."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from communications.approvals.models import Notice, Reminder
from communications.approvals.models.reminder import REVIEW
from communications.approvals.services.reminder import (
    number_at,
    offices_of,
    opening,
    plan_rows,
)
from communications.messages.models import Review
from programmes.models import Programme
from programmes.timing import Place
from stakeholders.models import User


def plan_review_reminders(now: datetime) -> int:
    """Plan the reminders of all open reviews that are due; return how many rows are new."""
    found = Review.objects.open().with_texts().select_related("reviewer")
    mine: dict[tuple[Programme, User], list[Review]] = defaultdict(list)
    for review in found:
        if review.reviewer:
            mine[review.message.programme, review.reviewer].append(review)
    if not mine:
        return 0
    offices = offices_of([user for _programme, user in mine])
    return sum(
        _remind(programme, user, offices[user.pk], reviews, now)
        for (programme, user), reviews in mine.items()
    )


def _remind(
    programme: Programme, user: User, office: Place, reviews: Sequence[Review], now: datetime
) -> int:
    opens_at = opening(office, now)
    if opens_at is None or now < opens_at:
        return 0
    numbered = [(one, number_at(one.asked_at, office, now)) for one in reviews]
    rows = [
        Reminder(
            programme=programme,
            user=user,
            kind=REVIEW,
            key=str(one.pk),
            since=one.asked_at,
            number=number,
            due_at=opens_at,
        )
        for one, number in numbered
        if number
    ]
    return plan_rows(programme, user, rows, opens_at, Notice.Kind.AGAIN)
