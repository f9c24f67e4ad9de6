"""What reviewers and authors say to each other about passages of a text."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from communications.approvals.models import Notice
from communications.approvals.queries.mention import may_be_named, mentioned_in
from communications.approvals.services.notice import plan_notices
from communications.messages.models import Review, ReviewComment
from communications.messages.queries.review import text_under
from communications.messages.services.refusal import RefusedError
from programmes.design.formats import listed
from programmes.services.trail import write_change
from stakeholders.models import User

SPACES = re.compile(r"\s+")


def occurs_in(passage: str, text: Iterable[str]) -> bool:
    """Tell whether a passage stands in one of some texts, whatever the line breaks."""
    wanted = SPACES.sub(" ", passage).strip()
    return any(wanted in SPACES.sub(" ", one) for one in text)


def check_passage(text: Mapping[str, str], passage: str) -> None:
    """Raise RefusedError if a passage does not stand in the text that was shown of a review."""
    if passage and not occurs_in(passage, text.values()):
        raise RefusedError(_("This passage is not in the text. Copy it from the text as it is."))


@transaction.atomic
def comment_on(
    review: Review,
    passage: str,
    words: str,
    user: User,
    now: datetime,
    *,
    shown: Mapping[str, str] | None = None,
) -> ReviewComment:
    """Say something about a passage, or without one about the text; who asked learns by mail.

    ``shown`` is the text that the user saw; the one of now unless it is given.

    Raises:
        RefusedError: the passage does not stand in the text, or an @ names nobody who sees it, or
            several who do.
    """
    check_passage(text_under(review) if shown is None else shown, passage)
    named = named_in(review, words)
    comment = ReviewComment.objects.create(
        review=review, passage=passage.strip(), words=words, author=user, at=now
    )
    comment.mentioned.set(named)
    _note(comment, {}, {"words": words}, user, now)
    _tell(comment, [*named, review.asked_by], now)
    return comment


@transaction.atomic
def answer_comment(comment: ReviewComment, words: str, user: User, now: datetime) -> ReviewComment:
    """Answer a comment; all who have spoken there, and who asked, learn by mail.

    Raises:
        RefusedError: it is resolved, or an @ names nobody who sees the text, or several who do.
    """
    comment = _locked(comment)
    if comment.resolved_at:
        raise RefusedError(_("This comment is resolved. Reopen it first."))
    named = named_in(comment.review, words)
    answer = ReviewComment.objects.create(
        review=comment.review, parent=comment, words=words, author=user, at=now
    )
    answer.mentioned.set(named)
    _note(answer, {}, {"words": words}, user, now)
    spoken = [comment.author, *(one.author for one in comment.answers.select_related("author"))]
    _tell(answer, [*named, *spoken, comment.review.asked_by], now)
    return answer


@transaction.atomic
def resolve_comment(
    comment: ReviewComment, user: User, now: datetime, *, is_open: bool = False
) -> ReviewComment:
    """Resolve a comment, or open it again; twice changes nothing."""
    comment = _locked(comment)
    if (comment.resolved_at is None) == is_open:
        return comment
    comment.resolved_by, comment.resolved_at = (None, None) if is_open else (user, now)
    comment.save(update_fields=["resolved_by", "resolved_at"])
    before, after = ("resolved", "open") if is_open else ("open", "resolved")
    _note(comment, {"state": before}, {"state": after}, user, now)
    return comment


def named_in(review: Review, words: str) -> list[User]:
    """Return who is mentioned in some words.

    Raises:
        RefusedError: an @ names nobody who sees the text, or several who do.
    """
    people = may_be_named(review) if "@" in words else []
    found = mentioned_in(words, people)
    if found.unknown:
        sentence = _("No one who sees this text is called “%(name)s”. You can mention: %(names)s.")
        raise RefusedError(sentence % {"name": found.unknown[0], "names": listed(people)})
    if found.shared:
        sentence = _(
            "Several people who see this text are called “%(name)s”. Write a full name that only "
            "one of them has."
        )
        raise RefusedError(sentence % {"name": found.shared[0]})
    return found.people


def _locked(comment: ReviewComment) -> ReviewComment:
    """Return a comment, and of an answer the one that it answers, locked."""
    found = ReviewComment.objects.select_for_update(of=("self",))
    rows = found.select_related("review__message__programme", "review__asked_by", "author")
    return rows.get(pk=comment.parent_id or comment.pk)


def _tell(comment: ReviewComment, users: Iterable[User | None], now: datetime) -> None:
    keys = {one.pk for one in users if one} - {comment.author_id}
    told = User.objects.filter(pk__in=keys, is_active=True)
    plan_notices(told, comment.review.message.programme, Notice.Kind.TALK, now)


def _note(
    comment: ReviewComment, before: dict[str, str], after: dict[str, str], user: User, now: datetime
) -> None:
    of = comment.review.message.programme_id
    write_change(comment, before, after, user, now, of=of)
