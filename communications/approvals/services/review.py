"""Asking somebody to read a text, reading it, and calling that off."""

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext as _

from communications.approvals.models import Notice
from communications.approvals.services.notice import plan_notices
from communications.messages.models import Adaptation, Message, Review
from communications.messages.queries.review import holder_of, text_under
from communications.messages.services.refusal import RefusedError
from programmes.models import TextState, fingerprint
from programmes.queries.texts import SOURCE_LANGUAGE
from programmes.services.trail import write_change
from stakeholders.models import Role, User

State = Review.State


@dataclass(frozen=True)
class ReviewData:
    """Which text of a message is read by whom, for what, until when.

    ``form`` is the channel whose text it is, empty for the email.
    """

    language: str
    checks: str
    reviewer: User
    due_on: date
    form: str = ""


@transaction.atomic
def ask_review(
    message: Message,
    data: ReviewData,
    user: User,
    now: datetime,
    adaptation: Adaptation | None = None,
) -> Review:
    """Ask somebody to read one text of a message, or of one of its adaptations.

    They learn by mail.

    Raises:
        RefusedError: there is no text, the reviewer wrote it, has it already or has no role in
            the programme.
    """
    Message.objects.select_for_update().get(pk=message.pk)
    review = Review(
        message=message,
        adaptation=adaptation,
        form=data.form,
        language="" if data.language == SOURCE_LANGUAGE else data.language,
        checks=data.checks,
        reviewer=data.reviewer,
        due_on=data.due_on,
        asked_by=user,
        asked_at=now,
    )
    _check_askable(review, data.reviewer)
    review.asked_fingerprint = fingerprint(text_under(review))
    review.save()
    _note(review, "", user, now)
    tell_reviewer(review, now)
    return review


def _check_askable(review: Review, reviewer: User) -> None:
    if not any(text_under(review).values()):
        raise RefusedError(_("There is no text yet. Write it first."))
    programme = review.message.programme_id
    if not Role.objects.filter(user=reviewer, programme=programme).exists():
        raise RefusedError(_("%(name)s has no role in this programme.") % {"name": reviewer})
    _check_other_hand(review, reviewer)
    same = {"message": review.message, "language": review.language, "checks": review.checks}
    others = Review.objects.open().of_text(*review.text).filter(reviewer=reviewer, **same)
    if others.exists():
        raise RefusedError(_("%(name)s has this text already.") % {"name": reviewer})


def _check_other_hand(review: Review, reviewer: User) -> None:
    """Raise RefusedError if somebody would review what they have written."""
    if reviewer.pk in writers_of_text(review):
        sentence = _("%(name)s wrote this text, so someone else must review it.")
        raise RefusedError(sentence % {"name": reviewer})


def writers_of_text(review: Review) -> set[int]:
    """Return the ids of those who had a hand in a text since it was last approved."""
    holder = holder_of(review)
    if holder is None:
        return set()
    kind = ContentType.objects.get_for_model(holder)
    rows = TextState.objects.filter(
        content_type=kind, object_id=holder.pk, group="text", language=review.code
    )
    return {pk for row in rows for pk in row.hands}


def tell_reviewer(review: Review, now: datetime) -> None:
    """Plan a mail to who has a text to read, as often as they want."""
    reviewer = User.objects.filter(reviews=review, is_active=True)
    plan_notices(reviewer, review.message.programme, Notice.Kind.REVIEW, now)


@transaction.atomic
def finish_review(review: Review, user: User, text_seen: str, now: datetime) -> Review:
    """Say that exactly the text that was seen has been reviewed.

    Raises:
        RefusedError: it is not theirs, it is over, the text is another one by now, or they have
            written it themselves meanwhile.
    """
    review = _locked(review)
    if review.reviewer_id != user.pk:
        raise RefusedError(_("Only the reviewer can say that a text is reviewed."))
    if review.state == State.CALLED_OFF:
        raise RefusedError(_("This review was cancelled."))
    _check_other_hand(review, user)
    text = text_under(review)
    if fingerprint(text) != text_seen:
        raise RefusedError(_("The text has changed since you opened it. Read the new version."))
    review.read_fingerprint, review.read_text = text_seen, text
    return _become(review, State.DONE, user, now)


@transaction.atomic
def call_off_review(review: Review, user: User, now: datetime) -> Review:
    """Take a text back from who has it.

    Raises:
        RefusedError: it is over.
    """
    review = _locked(review)
    if not review.is_open:
        raise RefusedError(_("This review is over already."))
    return _become(review, State.CALLED_OFF, user, now)


@transaction.atomic
def reopen_review(review: Review, user: User, now: datetime, *, sees_drafts: bool = True) -> Review:
    """Undo what ended a review: its reviewer has the text again, and learns so by mail.

    Args:
        review: what was ended.
        user: who reopens it.
        now: the moment.
        sees_drafts: whether they see the text whether or not they are asked.

    Raises:
        RefusedError: it is open, or they have been asked again; or the text is another by now,
            which a reviewer sees only if somebody asks them.
    """
    review = _locked(review)
    if review.is_open or review.reviewer is None:
        raise RefusedError(_("This review is open already."))
    if not sees_drafts and not review.counts_for(fingerprint(text_under(review))):
        raise RefusedError(_("The text has changed since. Someone must ask you to read it again."))
    _check_askable(review, review.reviewer)
    review.read_fingerprint, review.read_text = "", {}
    _become(review, State.ASKED, user, now)
    if user != review.reviewer:
        tell_reviewer(review, now)
    return review


def _locked(review: Review) -> Review:
    # Of the message too: who saves its text at the same moment waits, or was first.
    Message.objects.select_for_update().get(pk=review.message_id)
    found = Review.objects.select_for_update(of=("self",)).with_texts()
    return found.get(pk=review.pk)


def _become(review: Review, state: str, user: User, now: datetime) -> Review:
    before, review.state = review.state, state
    review.ended_at = None if state == State.ASKED else now
    review.save(update_fields=["state", "ended_at", "read_fingerprint", "read_text"])
    _note(review, before, user, now)
    return review


def _note(review: Review, before: str, user: User, now: datetime) -> None:
    of, was = review.message.programme_id, {"state": str(before)} if before else {}
    now_is = {"state": str(review.state)}
    told = {} if before else _named(review)
    write_change(review, was, now_is | told, user, now, of=of)


def _named(review: Review) -> dict[str, str]:
    """Return what the trail keeps of who was asked to read what."""
    part = {"text": review.part} if review.part else {}
    return {"reviewer": str(review.reviewer), "language": review.code} | part
