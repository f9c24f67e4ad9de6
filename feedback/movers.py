"""What of this floor moves with the hand-over of a live wave: its surveys that are still drafts.

With a go-live, surveys move as all messages do: when they are due is computed from it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from communications.messages.queries.content import due_of
from communications.models import Approval, Message
from feedback.models import Survey
from programmes.models import Move, WaveSite
from programmes.queries.shift import Mover, Row, Shift, Wishes, register
from programmes.scope import EVERYTHING, Scope
from programmes.timing import Due, Schedule, day_at
from stakeholders.audiences.models.audience import rule_lookups

OPEN = (Approval.State.WAITING, Approval.State.APPROVED)


@dataclass(frozen=True)
class SurveyShift:
    """A survey of a live wave that is still to come, with when it is due now and then.

    ``stays`` says why it does not move, in words and in one word.
    """

    survey: Survey
    dues: Sequence[tuple[WaveSite, Due, Due]]
    stays: tuple[str, str] | None


class Surveys(Mover):
    """Drafts for this wave alone move by as many days as its hand-over."""

    key = "surveys"

    def rows(self, shift: Shift, wishes: Wishes, scope: Scope, now: datetime) -> Sequence[Row]:
        """Return a row for each survey that is still to come; a fixed number of queries."""
        return [_row(one, now) for one in _surveys(shift, scope, now)]

    def apply(self, shift: Shift, wishes: Wishes, user: Any, now: datetime) -> Any:
        """Give the drafts their day."""
        scope = replace(EVERYTHING, programme=shift.wave.programme_id)
        moving = [one for one in _surveys(shift, scope, now) if one.stays is None]
        return [_move(one.survey.invitation, shift.days, now) for one in moving] or None

    def undo(self, kept: Any, move: Move, user: Any, now: datetime) -> None:
        """Give them back the day that they had."""
        for pk, *days in kept:
            message = Message.objects.select_for_update().get(pk=pk)
            by = (move.before_on - move.after_on).days
            if [message.offset_days, _iso(message)] != _days_after(days, -by):
                raise ValidationError(
                    _("“%(title)s” has changed since then. Move the date back instead.")
                    % {"title": message.title}
                )
            _move(message, by, now)


def _surveys(shift: Shift, scope: Scope, now: datetime) -> Iterator[SurveyShift]:
    if shift.what != Move.What.HAND_OVER:
        return
    lookups = rule_lookups("invitation__audience__")
    surveys = Survey.objects.within(scope).select_related("invitation__audience")
    found = list(surveys.filter(closed_at=None).prefetch_related(*lookups))
    open_versions = Approval.objects.filter(
        message__in=[one.invitation_id for one in found], state__in=OPEN
    )
    bound = set(open_versions.values_list("message", flat=True))
    for survey in found:
        if dues := _dues(survey.invitation, shift, now):
            is_bound = survey.invitation_id in bound
            yield SurveyShift(survey, dues, _stays(survey, shift, is_bound=is_bound))


def _dues(message: Message, shift: Shift, now: datetime) -> list[tuple[WaveSite, Due, Due]]:
    """Return when a survey is due at the sites of the wave, if it is still to come at one."""
    rule, schedule = message.audience.rule(), Schedule.of(message)
    days = shift.days
    offset = None if schedule.offset_days is None else schedule.offset_days + days
    then = replace(schedule, offset_days=offset, fixed_on=shift.moved(schedule.fixed_on))
    found = []
    for place in shift.everywhere:
        if place.wave_id == shift.wave.pk and rule.names(place):
            was, will = due_of(schedule, place), due_of(then, place)
            if was and will:
                found.append((place, was, will))
    return found if any(was.at > now for _place, was, _will in found) else []


def _stays(survey: Survey, shift: Shift, *, is_bound: bool) -> tuple[str, str] | None:
    if is_bound:
        return _("Approved with its date, or in review"), _("Approved")
    rule = survey.invitation.audience.rule()
    if any(rule.names(one) for one in shift.everywhere if one.wave_id != shift.wave.pk):
        return _("Covers more waves than this one"), _("Shared")
    return None


def _row(one: SurveyShift, now: datetime) -> Row:
    words, tag = one.stays or ("", "")
    coming = [(place, was, then) for place, was, then in one.dues if was.at > now]
    before_on = min(day_at(was.at, place.site) for place, was, _then in coming)
    then_on = min(day_at(then.at, place.site) for place, _was, then in coming)
    return Row(
        kind="survey",
        key=f"message-{one.survey.invitation_id}-{'stays' if words else 'moves'}",
        title=one.survey.name,
        before_on=before_on,
        then_on=before_on if words else then_on,
        stays=words,
        tag=tag,
        instants={
            place.site_id: (was.at, was.at if words else then.at) for place, was, then in one.dues
        },
        pk=one.survey.pk,
    )


def _move(message: Message, days: int, now: datetime) -> list[Any]:
    """Move a draft by some days, and return what it had before."""
    kept = [message.pk, message.offset_days, _iso(message)]
    if message.offset_days is not None:
        message.offset_days += days
    if message.fixed_on is not None:
        message.fixed_on += timedelta(days=days)
    message.changed_at = now
    message.save(update_fields=["offset_days", "fixed_on", "changed_at"])
    return kept


def _iso(message: Message) -> str | None:
    return str(message.fixed_on) if message.fixed_on else None


def _days_after(days: Sequence[Any], by: int) -> list[Any]:
    """Return the two days of a schedule some days later."""
    offset, written = days
    later = datetime.fromisoformat(written) + timedelta(days=by) if written else None
    return [None if offset is None else offset + by, str(later.date()) if later else None]


register(Surveys())
