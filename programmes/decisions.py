"""What waits for a decision on this floor: what streams need, and overrides that expire."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from programmes.design.formats import day
from programmes.models import Override, StreamUpdate
from programmes.queries.decisions import NEED, Asking, Decided, DecisionKind, Matter, register
from programmes.queries.trail import Noted, noted_at

# From so many days before its last day on, an override is renewed, ended, or left to expire.
EXPIRING = timedelta(days=7)


class NeedDecisions(DecisionKind):
    """What a stream's leader asked for in an update: answered in words, or handed to somebody."""

    key = NEED
    template = "dashboards/_decision_need.html"
    page = "dashboards:stream-show"
    undo = "dashboards:need-undo"

    def matters(self, asked: Asking) -> list[Matter]:
        """Return the needs without an answer; one query."""
        updates = StreamUpdate.objects.within(asked.scope).in_need()
        found = updates.select_related("stream", "sent_by", "handed_to").order_by("sent_at", "pk")
        return [_need(update) for update in found]

    def decided(self, asked: Asking) -> list[Decided]:
        """Return the needs with an answer; one query."""
        updates = StreamUpdate.objects.within(asked.scope).answered()
        found = updates.select_related("stream", "answered_by", "answered_for")
        return [_answered(update) for update in found]


def _need(update: StreamUpdate) -> Matter:
    to = update.handed_to
    return Matter(
        kind=NeedDecisions.key,
        key=str(update.pk),
        title=_("%(stream)s needs: %(need)s") % {"stream": update.stream, "need": update.need},
        since=update.handed_at if to and update.handed_at else update.sent_at or update.saved_at,
        authors=frozenset([update.sent_by_id]),
        waits_for=str(to) if to else "",
        answerers=frozenset([to.pk] if to else []),
        rows=[update],
    )


def _answered(update: StreamUpdate) -> Decided:
    return Decided(
        kind=NeedDecisions.key,
        pk=update.pk,
        page=update.stream_id,
        title=_("%(stream)s needs: %(need)s") % {"stream": update.stream, "need": update.need},
        word=_("Answered"),
        at=update.answered_at or update.saved_at,
        by=update.answered_by,
        principal=str(update.answered_for or ""),
        principal_id=update.answered_for_id,
        reason=update.answer,
    )


class OverrideDecisions(DecisionKind):
    """A state that somebody gave a wave and that expires soon: renew it, end it, or let it be."""

    key = "override"
    template = "dashboards/_decision_override.html"
    page = "dashboards:readiness-show"
    undo = "dashboards:override-undo"

    def matters(self, asked: Asking) -> list[Matter]:
        """Return the overrides that expire within a week; one query."""
        today = asked.now.date()
        overrides = Override.objects.within(asked.scope).in_force_on(today).filter(seen_at=None)
        soon = overrides.filter(until_on__lte=today + EXPIRING)
        return [_override(one) for one in soon.select_related("wave", "made_by")]

    def decided(self, asked: Asking) -> list[Decided]:
        """Return what became of overrides; two queries, one without an override."""
        found = Override.objects.within(asked.scope)
        overrides = list(found.select_related("wave", "made_by", "ended_by"))
        noted = noted_at(Override, [each.pk for each in overrides])
        acts = [act for each in overrides for act in _acts(each, overrides)]
        return [_decided(act, noted) for act in acts]


def _override(override: Override) -> Matter:
    values = {"wave": override.wave, "state": override.get_verdict_display()}
    asked_on = override.until_on - EXPIRING
    return Matter(
        kind=OverrideDecisions.key,
        key=str(override.pk),
        title=_("%(wave)s: the override “%(state)s” expires") % values,
        since=max(override.made_at, datetime.combine(asked_on, time(0), UTC)),
        authors=frozenset([override.made_by_id]),
        due_on=override.until_on,
        rows=[override],
    )


Act = tuple[Override, str, datetime, Any, str]


def _acts(override: Override, others: Iterable[Override]) -> Iterator[Act]:
    """Return what was done with an override: word, when, by whom, and with which reason.

    One that the next has replaced was not ended by itself.
    """
    starts = [each.made_at for each in others if each.wave_id == override.wave_id]
    is_replaced = override.ended_at in starts
    word = _in_words(override, is_replaced=is_replaced)
    yield override, word, override.made_at, override.made_by, override.reason
    if override.seen_at:
        yield override, _("Left to expire"), override.seen_at, None, ""
    if override.ended_at and not is_replaced:
        yield override, _("Override ended"), override.ended_at, override.ended_by, ""


def _in_words(override: Override, *, is_replaced: bool) -> str:
    """Say which state was given until when; one that had expired was not cut short by the next."""
    values = {"state": override.get_verdict_display(), "day": day(override.until_on)}
    if is_replaced and override.ended_at and override.ended_at.date() <= override.until_on:
        values["day"] = day(override.ended_at.date())
        return _("%(state)s, replaced on %(day)s") % values
    return _("%(state)s until %(day)s") % values


def _decided(act: Act, noted: Mapping[tuple[int, datetime], Noted]) -> Decided:
    override, word, at, by, reason = act
    said = noted.get((override.pk, at), Noted(None, ""))
    return Decided(
        kind=OverrideDecisions.key,
        pk=override.pk,
        page=override.wave_id,
        title=_("Override of %(wave)s") % {"wave": override.wave},
        word=word,
        at=at,
        by=by or said.by,
        principal=said.principal,
        principal_id=said.principal_id,
        reason=reason,
    )


register(NeedDecisions())
register(OverrideDecisions())
