"""Setting thresholds, overriding a state, and keeping what the clock counted."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from auditlog.models import LogEntry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from programmes.models import Override, Programme, RuleCount, Threshold, Wave
from programmes.models.trail import PROGRAMME
from programmes.queries.decisions import is_fresh
from programmes.queries.readiness import ReadinessRule, Step
from programmes.queries.trail import PRINCIPAL, noted_at, taken_from
from programmes.queries.wave_readiness import Setting, WaveReadiness, counted_now, settings_of
from programmes.services.trail import recorded, write_change, write_entry
from programmes.services.update import too_late

COUNTED = ("state", "since", "done", "total", "people", "goal", "target", "counted_at")


@transaction.atomic
def set_threshold(
    programme: Programme,
    rule: ReadinessRule,
    setting: Setting,
    reason: str,
    user: Any,
    now: datetime,
) -> Threshold:
    """Let a rule ask for something else from now on; the trail says what it asked for before.

    Raises:
        ValidationError: it asks for exactly that already, and has this owner.

    """
    before = settings_of(programme).get(rule.key) or Setting(rule.steps)
    wanted = Setting(tuple(sorted(setting.steps, reverse=True)), setting.owner)
    if wanted == before:
        raise ValidationError(_("Nothing has changed. Change a number or the owner."))
    threshold = Threshold.objects.create(
        programme=programme,
        rule=rule.key,
        steps=[list(step) for step in wanted.steps],
        owner=wanted.owner,
        reason=reason,
        set_at=now,
        set_by=user,
    )
    changes = {
        "steps": [in_short(before.steps), in_short(wanted.steps)],
        "owner": [str(before.owner or ""), str(wanted.owner or "")],
        **({"reason": ["", reason]} if reason else {}),
    }
    said = {PROGRAMME: programme.pk}
    write_entry(threshold, LogEntry.Action.UPDATE, user, now, changes, said)
    return threshold


def in_short(steps: Iterable[Step]) -> str:
    """Return steps as the trail writes them, such as ``D-60: 25%, D-30: 90%``."""
    return ", ".join(f"D{-step.days:+d}: {step.percent}%" for step in steps)


@transaction.atomic
def override_wave(
    wave: Wave, verdict: str, reason: str, until_on: date, user: Any, now: datetime
) -> Override:
    """Give a wave a state until the end of a day; an override before it ends now.

    Raises:
        ValidationError: by field: the day has passed, or is too far ahead.

    """
    Wave.objects.select_for_update(no_key=True).get(pk=wave.pk)
    override = Override(
        wave=wave, verdict=verdict, reason=reason, until_on=until_on, made_at=now, made_by=user
    )
    override.clean()
    standing = Override.objects.filter(wave=wave, ended_at=None)
    for replaced in standing.in_force_on(now.date()):
        _note_verdict(replaced, wave, [replaced.verdict, ""], user, now)
    standing.update(ended_at=now, ended_by=user)
    override.full_clean()
    override.save()
    changes = {
        "verdict": ["", verdict],
        "reason": ["", reason],
        "until_on": ["", until_on.isoformat()],
    }
    said = {PROGRAMME: wave.programme_id}
    write_entry(override, LogEntry.Action.CREATE, user, now, changes, said)
    return override


@transaction.atomic
def end_override(wave: Wave, user: Any, now: datetime) -> bool:
    """Let the rules of a wave count again; return whether an override was in force."""
    found = Override.objects.select_for_update().filter(wave=wave)
    override = found.in_force_on(now.date()).first()
    if override is None:
        return False
    override.ended_at, override.ended_by = now, user
    override.save(update_fields=["ended_at", "ended_by"])
    _note_verdict(override, wave, [override.verdict, ""], user, now)
    return True


def _note_verdict(
    override: Override, wave: Wave, pair: Sequence[str], user: Any, now: datetime
) -> None:
    said = {PROGRAMME: wave.programme_id}
    write_entry(override, LogEntry.Action.UPDATE, user, now, {"verdict": pair}, said)


@transaction.atomic
def renew_override(
    override: Override, until_on: date, user: Any, now: datetime, principal: Any = None
) -> Override:
    """Let an override last until another day; the one before it stays in the history.

    Raises:
        ValidationError: by field as ``override_wave``, or it is over or the user's own.

    """
    _check_decidable(override, user, now)
    reason, wave = override.reason, override.wave
    renewed = override_wave(wave, override.verdict, reason, until_on, user, now)
    _note_for(renewed, principal, user, now)
    return renewed


@transaction.atomic
def stop_override(override: Override, user: Any, now: datetime, principal: Any = None) -> bool:
    """End an override as a decision on it.

    Raises:
        ValidationError: it is over, or the user's own.

    """
    _check_decidable(override, user, now)
    _note_for(override, principal, user, now)
    return end_override(override.wave, user, now)


@transaction.atomic
def let_expire(override: Override, user: Any, now: datetime, principal: Any = None) -> Override:
    """Note that an override is to end on its last day, so that it asks for no decision any more.

    Raises:
        ValidationError: it is over, or the user's own.

    """
    _check_decidable(override, user, now)
    override.seen_at = now
    override.save(update_fields=["seen_at"])
    changes = {"seen_at": ["", now.isoformat()]}
    said = {PROGRAMME: override.wave.programme_id}
    write_entry(override, LogEntry.Action.UPDATE, user, now, changes, said)
    _note_for(override, principal, user, now)
    return override


@transaction.atomic
def undo_on_override(override: Override, user: Any, now: datetime) -> None:
    """Undo what the user decided on an override in the last minutes, or somebody in their name.

    Raises:
        ValidationError: somebody else decided, the time is over, or another override has followed.

    """
    Wave.objects.select_for_update(no_key=True).get(pk=override.wave_id)
    fresh = Override.objects.filter(pk=override.pk).select_related("wave").first()
    if fresh is None or not _undo_last(fresh, user, now):
        raise ValidationError(too_late())


def _undo_last(override: Override, user: Any, now: datetime) -> bool:
    """Undo the last act on an override, if it is the user's own or in their name, and fresh."""
    if not _is_own(override, user, now):
        return False
    if override.ended_at:
        is_free = not Override.objects.filter(wave=override.wave, ended_at=None).exists()
        return is_free and _clear(override, ("ended_at", "ended_by"), user, now)
    if override.seen_at:
        return _clear(override, ("seen_at",), user, now)
    return _unmake(override, user, now)


def _is_own(override: Override, user: Any, now: datetime) -> bool:
    """Tell whether the last act is fresh and the user's; if in their name, write that it goes."""
    at = override.ended_at or override.seen_at or override.made_at
    act = noted_at(Override, [override.pk]).get((override.pk, at))
    if act is None or not is_fresh(at, now) or not act.may_undo(user):
        return False
    if taken := taken_from(act.by, act.principal, user):
        of = override.wave.programme_id
        write_change(override, taken, dict.fromkeys(taken, ""), user, now, of=of)
    return True


def _clear(override: Override, names: Sequence[str], user: Any, now: datetime) -> bool:
    with recorded(override, user, now, names, of=override.wave.programme_id):
        for name in names:
            setattr(override, name, None)
        override.save(update_fields=names)
    return True


def _unmake(override: Override, user: Any, now: datetime) -> bool:
    """Delete an override as if it had not been made; the one that it replaced is in force again."""
    wave, made_at = override.wave, override.made_at
    names = ("verdict", "reason", "until_on")
    with recorded(override, user, now, names, of=wave.programme_id):
        override.delete()
    replaced = Override.objects.filter(wave=wave, ended_at=made_at)
    for each in replaced.filter(until_on__gte=made_at.date()):
        _note_verdict(each, wave, ["", each.verdict], user, now)
    replaced.update(ended_at=None, ended_by=None)
    return True


def _check_decidable(override: Override, user: Any, now: datetime) -> None:
    if not Override.objects.in_force_on(now.date()).filter(pk=override.pk).exists():
        raise ValidationError(_("This override has already ended."))
    if override.made_by_id == user.pk:
        raise ValidationError(_("You set this override. Someone else must decide on it."))


def _note_for(override: Override, principal: Any, user: Any, now: datetime) -> None:
    if principal:
        changes = {"decided_for": ["", str(principal)]}
        said = {PROGRAMME: override.wave.programme_id, PRINCIPAL: principal.pk}
        write_entry(override, LogEntry.Action.UPDATE, user, now, changes, said)


def refresh_all(now: datetime) -> int:
    """Count the rules of all programmes; return how many waves these have."""
    return sum(len(refresh_readiness(each, now)) for each in Programme.objects.order_by("pk"))


def refresh_readiness(programme: Programme, now: datetime) -> list[WaveReadiness]:
    """Count the rules of a programme, and keep since when each state is what it is."""
    found = counted_now(programme, now)
    RuleCount.objects.bulk_create(
        _rows(found, now),
        update_conflicts=True,
        update_fields=COUNTED,
        unique_fields=["wave", "rule"],
    )
    return found


def _rows(found: Iterable[WaveReadiness], now: datetime) -> Iterator[RuleCount]:
    for one in found:
        for judged in sorted(one.rules, key=lambda each: each.rule.key):
            yield RuleCount(
                wave=one.wave,
                rule=judged.rule.key,
                state=judged.state,
                since=judged.since,
                counted_at=now,
                **asdict(judged.fact),
            )
