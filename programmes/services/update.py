"""The week’s update of a stream: saved as a draft, sent, taken back, corrected until it is read.

A refusal is a ValidationError whose sentence says what to do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from programmes.models import Stream, StreamUpdate
from programmes.queries.moves import Move


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
    stream: Stream, week_on: date, data: UpdateData, now: datetime, seen: str | None = None
) -> StreamUpdate:
    """Keep what is typed as the draft of a week.

    Args:
        stream: whose update.
        week_on: the Monday of the week.
        data: what is said.
        now: the moment.
        seen: the stamp of the update that the writer saw; None overwrites any.

    Raises:
        UpdateChangedError: it has another stamp.
        ValidationError: it is sent.

    """
    update = _locked(stream, week_on, seen)
    if update.sent_at:
        raise ValidationError(_("This update is sent. Send the correction, or take it back first."))
    return _write(update, data, now)


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
    return _write(update, data, now)


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
        raise ValidationError(_("This update was taken back. It comes again when it is sent."))
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


def _write(update: StreamUpdate, data: UpdateData, now: datetime) -> StreamUpdate:
    update.judgement, update.proposed = data.judgement, data.proposed
    update.sentence, update.need = data.sentence, data.need
    update.moved = [move.to_json() for move in data.moved]
    update.saved_at = now
    update.full_clean()
    update.save()
    return update


def _check(data: UpdateData) -> None:
    if not data.judgement:
        raise ValidationError({"judgement": _("Choose how the stream stands.")})
    if data.judgement != data.proposed and not data.sentence.strip():
        text = _("Say in a sentence why you judge otherwise than the rules.")
        raise ValidationError({"sentence": text})


def _why_closed() -> str:
    return _("This update is read already. Write what has changed into the next one.")
