"""Leaving a key point out of an adaptation, and the consent that it needs."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from communications.adaptations.queries.points import (
    CHANGED,
    agreers_of,
    left_out,
    may_agree,
    points_of,
)
from communications.approvals.models import Notice
from communications.approvals.services.notice import plan_notices
from communications.messages.models import Adaptation, DroppedPoint
from communications.messages.services.refusal import RefusedError
from programmes.design import formats
from programmes.models import fingerprint
from programmes.services.trail import write_change
from stakeholders.models import User


@transaction.atomic
def drop_points(
    adaptation: Adaptation,
    dropped: Mapping[str, str],
    user: User,
    now: datetime,
    *,
    seen: str | None = None,
) -> None:
    """Leave exactly these key points out, each with its reason; all others are kept.

    Consent is to a point and a reason: with another reason it must be given again. ``seen`` is the
    fingerprint of what was left out when the writer opened the page. Given, a choice that they did
    not touch stays as others have made it since.

    Raises:
        RefusedError: a point has no reason, or is none of the core's, or somebody else has made
            another choice since it was seen.
    """
    stored = Adaptation.objects.select_for_update().get(pk=adaptation.pk)
    points = points_of(adaptation)
    if any(not reason.strip() for reason in dropped.values()):
        raise RefusedError(_("Enter why your people do not need this key point."))
    if not dropped.keys() <= {point.text for point in points}:
        raise RefusedError(CHANGED)
    if seen is not None and _is_untouched(dropped, left_out(points), seen):
        return
    kept = list(adaptation.dropped_points.exclude(point__in=dropped))
    for row in kept:
        _forget(row, user, now)
    new = [_drop(adaptation, key, reason.strip(), user, now) for key, reason in dropped.items()]
    if kept or any(new):
        stored.add_editor(user.pk)
        stored.save(update_fields=["editors"])


def _is_untouched(chosen: Mapping[str, str], stored: Mapping[str, str], seen: str) -> bool:
    """Tell whether a choice is the one that was seen.

    Raises:
        RefusedError: it is not, and what is stored is neither.
    """
    chosen = {point: reason.strip() for point, reason in chosen.items()}
    if fingerprint(chosen) == seen:
        return True
    if chosen != stored and fingerprint(stored) != seen:
        raise RefusedError(_changed_by_others(stored))
    return False


def _changed_by_others(stored: Mapping[str, str]) -> str:
    if not stored:
        return _(
            "Someone else has decided to keep all key points since you opened this page. Save "
            "again to replace their choice."
        )
    return _(
        "Someone else has changed which key points are left out since you opened this page. Left "
        "out now: %(points)s. Save again to replace their choice."
    ) % {"points": formats.enumeration([f"“{point}”" for point in stored])}


def _drop(adaptation: Adaptation, point: str, reason: str, user: User, now: datetime) -> bool:
    """Leave a point out; return whether that is new."""
    row = adaptation.dropped_points.filter(point=point).first()
    if row and row.reason == reason:
        return False
    if row:
        _forget(row, user, now)
    row = adaptation.dropped_points.create(point=point, reason=reason, by=user, at=now)
    of = adaptation.message.programme_id
    write_change(row, {}, {"point": point}, user, now, of=of, why=reason)
    return True


def take_consent_back(adaptation: Adaptation, user: User, now: datetime) -> None:
    """Let what others agreed to leave out be asked for again: they agreed for other people."""
    of = adaptation.message.programme_id
    for row in adaptation.dropped_points.select_for_update().filter(is_agreed=True):
        row.is_agreed, row.asked_at, row.decided_at, row.decided_by = False, None, None, None
        row.save(update_fields=["is_agreed", "asked_at", "decided_at", "decided_by"])
        write_change(row, {"state": "agreed"}, {"state": ""}, user, now, of=of)


def _forget(row: DroppedPoint, user: User, now: datetime) -> None:
    """Keep the point again; the trail keeps that it was dropped."""
    of = row.adaptation.message.programme_id
    write_change(row, {"point": row.point}, {"point": ""}, user, now, of=of, why=row.reason)
    row.delete()


@transaction.atomic
def ask_consent(adaptation: Adaptation, now: datetime) -> list[DroppedPoint]:
    """Ask the core's author to agree to what is dropped; return what waits for them.

    Who wrote the core agrees with what they dropped themselves, whoever asks.

    Raises:
        RefusedError: the author wants a point kept, and nothing has changed since.
    """
    found = adaptation.dropped_points.select_for_update().filter(is_agreed=False).order_by("pk")
    named = {point.text for point in points_of(adaptation)}
    rows = [row for row in found if row.point in named]
    if refused := next((row for row in rows if row.is_refused), None):
        raise RefusedError(
            _("“%(point)s” must stay. Tick it again, or give another reason.")
            % {"point": refused.point}
        )
    new = [row for row in rows if row.asked_at is None]
    for row in new:
        row.asked_at = now
        row.save(update_fields=["asked_at"])
    for row in rows:
        if row.by and row.by_id == adaptation.message.written_by_id:
            _decide(row, row.by, "", now, is_agreed=True)
    waiting = [row for row in rows if row.decided_at is None]
    if waiting:
        agreers = agreers_of(adaptation.message)
        plan_notices(agreers, adaptation.message.programme, Notice.Kind.AGREE, now)
    return waiting


@transaction.atomic
def agree(point: DroppedPoint, user: User, now: datetime) -> DroppedPoint:
    """Agree that an adaptation does without a key point.

    Raises:
        RefusedError: it is not the user's to say, or is decided already.
    """
    return _answer(point, user, "", now, is_agreed=True)


@transaction.atomic
def disagree(point: DroppedPoint, user: User, reason: str, now: datetime) -> DroppedPoint:
    """Say that a key point must stay, and why.

    Raises:
        RefusedError: it is not the user's to say, or is decided already.
    """
    return _answer(point, user, reason, now, is_agreed=False)


def _answer(
    point: DroppedPoint, user: User, reason: str, now: datetime, *, is_agreed: bool
) -> DroppedPoint:
    row = DroppedPoint.objects.select_for_update().waiting().filter(pk=point.pk).first()
    if row is None:
        raise RefusedError(_("This has already been answered or decided."))
    if not may_agree(row, user, now):
        raise RefusedError(_("Only the author of the core message can agree to this."))
    return _decide(row, user, reason, now, is_agreed=is_agreed)


def _decide(
    row: DroppedPoint, user: User, reason: str, now: datetime, *, is_agreed: bool
) -> DroppedPoint:
    row.decided_by, row.decided_at = user, now
    row.is_agreed, row.answer = is_agreed, reason
    row.save(update_fields=["decided_by", "decided_at", "is_agreed", "answer"])
    of, word = row.adaptation.message.programme_id, "agreed" if is_agreed else "refused"
    write_change(row, {"state": "waiting"}, {"state": word}, user, now, of=of, why=reason)
    return row
