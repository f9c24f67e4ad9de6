"""The week’s update of a stream, from draft to read, and the answer to what it needs.

A refusal is a ValidationError whose sentence says what to do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from programmes.models import Stream, StreamUpdate
from programmes.queries.decisions import is_fresh
from programmes.queries.moves import Move
from programmes.queries.trail import taken_from
from programmes.services.trail import write_change


@dataclass(frozen=True)
class UpdateData:
    """What a leader says; ``proposed`` is the judgement of the rules at this moment."""

    judgement: str
    proposed: str
    sentence: str = ""
    need: str = ""
    moved: Sequence[Move] = ()


class UpdateChangedError(Exception):
    """Somebody else has saved the update since it was opened; ``update`` is theirs."""

    def __init__(self, update: StreamUpdate) -> None:
        super().__init__("The update is no longer the one that was seen.")
        self.update = update


@transaction.atomic
def save_update(
    stream: Stream,
    week_on: date,
    data: UpdateData,
    user: AbstractBaseUser | None,
    now: datetime,
    seen: str | None = None,
) -> StreamUpdate:
    """Keep what is typed as the draft of a week.

    Args:
        stream: whose update.
        week_on: the Monday of the week.
        data: what is said.
        user: who says it.
        now: the moment.
        seen: the stamp of the update that the writer saw; None overwrites any.

    Raises:
        UpdateChangedError: it has another stamp.
        ValidationError: it is sent.

    """
    update = _locked(stream, week_on, seen)
    if update.sent_at:
        raise ValidationError(
            _("This update has been sent. Send a correction, or withdraw it first.")
        )
    return _write(update, data, user, now)


@transaction.atomic
def send_update(
    stream: Stream,
    week_on: date,
    data: UpdateData,
    user: AbstractBaseUser | None,
    now: datetime,
    seen: str | None = None,
) -> StreamUpdate:
    """Send the update of a week, or a correction of it (for the arguments see ``save_update``).

    Raises:
        UpdateChangedError: see ``save_update``.
        ValidationError: by field: it lacks a judgement, or the sentence for another than the
            proposed; or it is read already.

    """
    _check(data)
    update = _locked(stream, week_on, seen)
    if update.opened_at:
        raise ValidationError(_why_closed())
    update.sent_at, update.sent_by = now, user  # type: ignore[assignment]
    return _write(update, data, user, now)


@transaction.atomic
def take_back(update: StreamUpdate) -> StreamUpdate:
    """Make a draft of an update that was sent.

    Raises:
        ValidationError: it is read already.

    """
    taken = StreamUpdate.objects.filter(pk=update.pk, opened_at__isnull=True)
    if not taken.update(sent_at=None, sent_by=None):
        raise ValidationError(_why_closed())
    update.refresh_from_db()
    return update


def open_update(update: StreamUpdate, user: AbstractBaseUser, now: datetime) -> StreamUpdate:
    """Note that an update was read; from then on it stays as it is. The first reading counts.

    Raises:
        ValidationError: it is not sent, or was taken back meanwhile.

    """
    sent = StreamUpdate.objects.filter(pk=update.pk, sent_at__isnull=False)
    sent.filter(opened_at__isnull=True).update(opened_at=now, opened_by=user)
    if not sent.exists():
        raise ValidationError(_("This update was withdrawn. It appears again once it is sent."))
    update.refresh_from_db()
    return update


def stamp_of(update: StreamUpdate | None) -> str:
    """Return what tells this state of an update from any other."""
    return update.saved_at.isoformat() if update and update.pk else ""


def _locked(stream: Stream, week_on: date, seen: str | None) -> StreamUpdate:
    Stream.objects.select_for_update().get(pk=stream.pk)
    update = StreamUpdate.objects.filter(stream=stream, week_on=week_on).first()
    if seen is not None and seen != stamp_of(update):
        raise UpdateChangedError(update or StreamUpdate(stream=stream, week_on=week_on))
    return update or StreamUpdate(stream=stream, week_on=week_on)


def _write(
    update: StreamUpdate, data: UpdateData, user: AbstractBaseUser | None, now: datetime
) -> StreamUpdate:
    update.judgement, update.proposed = data.judgement, data.proposed
    update.sentence, update.need = data.sentence, data.need
    update.moved = [move.to_json() for move in data.moved]
    update.saved_at, update.saved_by = now, user  # type: ignore[assignment]
    update.full_clean()
    update.save()
    return update


def _check(data: UpdateData) -> None:
    if not data.judgement:
        raise ValidationError({"judgement": _("Choose the state of the stream.")})
    if data.judgement != data.proposed and not data.sentence.strip():
        text = _("Explain in a sentence why your judgement differs from the rules.")
        raise ValidationError({"sentence": text})


def _why_closed() -> str:
    return _("This update has already been read. Put what has changed in the next one.")


@transaction.atomic
def answer_need(
    update: StreamUpdate, words: str, user: Any, now: datetime, principal: Any = None
) -> StreamUpdate:
    """Answer a need in words; ``principal`` is for whom, where a delegate answers.

    Raises:
        ValidationError: the user asked for it, it is answered already, or was taken back.

    """
    update = _undecided(update, user)
    update = open_update(update, user, now)
    update.answer, update.answered_at = words, now
    update.answered_by, update.answered_for = user, principal
    update.save(update_fields=["answer", "answered_at", "answered_by", "answered_for"])
    _note(update, {"answer": ""}, {"answer": words}, user, now, principal)
    return update


@transaction.atomic
def hand_over(
    update: StreamUpdate, to: Any, user: Any, now: datetime, principal: Any = None
) -> StreamUpdate:
    """Let somebody else answer a need; from then on it waits for them.

    Raises:
        ValidationError: as ``answer_need``, or they are the one who asked.

    """
    update = _undecided(update, user)
    if to.pk == update.sent_by_id:
        raise ValidationError(_("This person asked for it. Choose someone else."))
    before = str(update.handed_to or "")
    update = open_update(update, user, now)
    update.handed_to, update.handed_at = to, now
    update.save(update_fields=["handed_to", "handed_at"])
    _note(update, {"handed_to": before}, {"handed_to": str(to)}, user, now, principal)
    return update


@transaction.atomic
def undo_answer(update: StreamUpdate, user: Any, now: datetime) -> StreamUpdate:
    """Take the user's own answer of the last minutes back, or one in their name; the need waits.

    Raises:
        ValidationError: somebody else gave it, or the time to undo it is over.

    """
    found = StreamUpdate.objects.select_for_update(of=("self",)).filter(pk=update.pk).answered()
    own = found.filter(Q(answered_by=user) | Q(answered_for=user))
    fresh = own.select_related("stream", "answered_by", "answered_for").first()
    if fresh is None or fresh.answered_at is None or not is_fresh(fresh.answered_at, now):
        raise ValidationError(too_late())
    words, principal = fresh.answer, fresh.answered_for
    taken = taken_from(fresh.answered_by, principal, user)
    fresh.answer, fresh.answered_at, fresh.answered_by, fresh.answered_for = "", None, None, None
    fresh.save(update_fields=["answer", "answered_at", "answered_by", "answered_for"])
    before = {"answer": words} | taken
    _note(fresh, before, {"answer": ""}, user, now, None if taken else principal)
    return fresh


def too_late() -> str:
    """Say why a decision cannot be undone."""
    return _(
        "This can no longer be undone. Only the person who decided, or the person they decided "
        "for, can undo it within five minutes."
    )


def _undecided(update: StreamUpdate, user: Any) -> StreamUpdate:
    found = StreamUpdate.objects.select_for_update(of=("self",)).filter(pk=update.pk).in_need()
    fresh = found.select_related("stream", "handed_to").first()
    if fresh is None:
        raise ValidationError(_("This need has already been answered or withdrawn."))
    if fresh.sent_by_id == user.pk:
        raise ValidationError(_("You asked for this. Someone else must answer."))
    return fresh


def _note(
    update: StreamUpdate,
    before: dict[str, str],
    after: dict[str, str],
    user: Any,
    now: datetime,
    principal: Any,
) -> None:
    on_behalf = {"decided_for": str(principal)} if principal else {}
    of = update.stream.programme_id
    write_change(update, before, {**after, **on_behalf}, user, now, of=of)
