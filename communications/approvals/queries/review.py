"""What waits for reviewers, and for those who asked them."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from communications.approvals.models import Notice
from communications.messages.models import Message, Review, ReviewComment, Sender
from communications.messages.models.adaptation import PLACES
from communications.messages.models.review import ReviewQuerySet
from programmes.design.formats import day, language_title
from programmes.models import Programme
from programmes.scope import Scope
from stakeholders.accounts.access import scope_of
from stakeholders.models import User


def held_by(user: User, programme: Programme) -> ReviewQuerySet:
    """Return what somebody was asked to read and has not finished, what is due first."""
    found = Review.objects.open().filter(reviewer=user, message__programme=programme)
    return found.with_texts().select_related("asked_by")


def named_as(review: Review) -> str:
    """Return what a review is called in a list: the text, what is checked, and by when."""
    return f"{title_of(review)}, {review.get_checks_display()}, {day(review.due_on)}"


def title_of(review: Review) -> str:
    """Return the text of a review by its language and title."""
    return f"{language_title(review.code)}: {review.title}"


def talk_for(scope: Scope) -> list[ReviewComment]:
    """Return the open comments that wait for a user's word, the oldest first; two queries.

    They asked for the review, wrote the comment or were mentioned, somebody else spoke last, and
    the review is in view.
    """
    if not scope.may("review.read"):
        return []
    user = scope.user_id
    mine = (
        Q(review__asked_by=user)
        | Q(author=user)
        | Q(mentioned=user)
        | Q(answers__mentioned=user)
        | Q(answers__author=user)
    )
    keys = ReviewComment.objects.within(scope).filter(mine).order_by().values("pk")
    rows = ReviewComment.objects.open().filter(pk__in=keys).exclude(review__state="called_off")
    found = threads(rows)
    return [one for one in found if last_word(one).author_id != user]


def threads(rows: QuerySet[ReviewComment]) -> list[ReviewComment]:
    """Return comments with their answers and authors (two queries)."""
    answers = ReviewComment.objects.select_related("author")
    places = (f"review__adaptation__{name}" for name in PLACES)
    found = rows.select_related("author", "resolved_by", "review__message", "review__reviewer")
    found = found.select_related(*places)
    return list(found.prefetch_related(Prefetch("answers", answers)))


def last_word(comment: ReviewComment) -> ReviewComment:
    """Return the last answer to a comment that came with its answers, or the comment itself."""
    spoken: list[ReviewComment] = [comment, *comment.answers.all()]
    return spoken[-1]


def requests_to_sign(user: User, programme: Programme) -> list[Sender]:
    """Return the names under which somebody is asked to let messages go out."""
    found = Sender.objects.listed().filter(user=user, programme=programme)
    return list(found.asked().select_related("asked_by"))


def titles_about_texts(notice: Notice, reminded: Iterable[int] = ()) -> Sequence[str]:
    """Return what a notice about reviews or senders lists, in the active language."""
    user, programme = notice.user, notice.programme
    scope = scope_of(user, programme)
    if not user.is_active or not scope.may("review.read"):
        return []
    if notice.kind == Notice.Kind.TALK:
        return list(dict.fromkeys(title_of(one.review) for one in talk_for(scope)))
    if notice.kind == Notice.Kind.SIGN:
        return [str(one) for one in requests_to_sign(user, programme)]
    if notice.kind == Notice.Kind.REVOKE:
        return affected_by(scope, notice.text["name"]) or [notice.text["name"]]
    held = held_by(user, programme)
    if notice.kind == Notice.Kind.AGAIN:
        held = held.filter(pk__in=list(reminded))
    return [named_as(one) for one in held]


def affected_by(scope: Scope, name: str) -> list[str]:
    """Return the titles of the messages in view that name a sender."""
    found = Message.objects.within(scope).filter(sender__iexact=name)
    return [one.title for one in found.select_related("programme")]


def waiting_for_reader(user: Any, programme: Programme) -> int:
    """Count the texts that somebody has to read, and the requests for their name (one query)."""
    asked = Sender.objects.listed().filter(user=user, programme=programme)
    requests = asked.asked().order_by().values("pk")
    held = held_by(user, programme).order_by().values("pk")
    return held.union(requests, all=True).count()
