"""Writing the plan of a programme: waves, their sites and dates.

A refusal is a ValidationError whose sentence says what to do.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from programmes.design.formats import day
from programmes.models import Programme, Site, Wave, WaveSite
from programmes.queries.leaving import (
    RETURNED,
    Removal,
    days_in_words,
    left_by,
    removals_of,
    why_not_back,
)
from programmes.queries.trail import values_of
from programmes.services.trail import recorded, write_change


@transaction.atomic
def add_wave(
    programme: Programme,
    name: str,
    go_live_on: date,
    now: datetime,
    sites: Iterable[Site] = (),
    by: Any = None,
) -> Wave:
    """Return a new wave behind the others.

    Raises:
        ValidationError: the name is taken, the date lies outside the programme, or a site is
            in another wave.

    """
    _lock(programme)
    check_day(programme, go_live_on)
    wave = Wave(programme=programme, name=name, order=_next_order(programme), changed_at=now)
    wave.go_live_on = go_live_on
    wave.full_clean()
    with recorded(wave, by, now):
        wave.save()
        assign_sites(wave, sites, now)
    return wave


@transaction.atomic
def change_wave(
    wave: Wave, name: str, sites: Iterable[Site], now: datetime, by: Any = None
) -> Wave:
    """Give a wave its name and sites; raises what ``add_wave`` raises."""
    wave.name = name
    wave.full_clean()
    with recorded(wave, by, now):
        wave.save(update_fields=["name"])
        assign_sites(wave, sites, now)
    return wave


@transaction.atomic
def move_wave(wave: Wave, go_live_on: date, now: datetime, expected_on: date | None = None) -> Wave:
    """Give a wave another go-live: one UPDATE, for everything else is computed from it.

    A hand-over that is still to come moves along.

    Args:
        wave: the wave; its attributes are set as well.
        go_live_on: the new day.
        now: the moment of the change, from which what it makes due waits.
        expected_on: given, the wave is moved only if it still has this day.

    Raises:
        ValidationError: it is handed over, the date lies outside the programme, or somebody
            else has moved it.

    """
    check_day(wave.programme, go_live_on)
    still = Wave.objects.exclude(handed_over_on__lte=now.date()).filter(pk=wave.pk)
    if expected_on is not None:
        still = still.filter(go_live_on=expected_on)
    handed_over_on = wave.handed_over_on
    if handed_over_on is not None:
        handed_over_on += go_live_on - wave.go_live_on
    days = {"go_live_on": go_live_on, "handed_over_on": handed_over_on}
    if not still.update(**days, changed_at=now):
        raise ValidationError(_why_unmoved(Wave.objects.get(pk=wave.pk), now))
    wave.go_live_on, wave.handed_over_on, wave.changed_at = go_live_on, handed_over_on, now
    return wave


def _why_unmoved(wave: Wave, now: datetime) -> str:
    if _is_run(wave, now):
        return _handed_over(wave)
    text = _("%(wave)s has been moved to %(day)s in the meantime. Check it before you move it.")
    return text % {"wave": wave, "day": day(wave.go_live_on)}


def _handed_over(wave: Wave) -> str:
    text = _("%(wave)s is handed over to Run. Undo the hand-over before you move it.")
    return text % {"wave": wave}


def _is_run(wave: Wave, now: datetime) -> bool:
    return wave.state_on(now.date()) == "run"


@transaction.atomic
def move_site(place: WaveSite, own_go_live_on: date | None, now: datetime) -> WaveSite:
    """Give a site a date of its own, or with None the date of its wave.

    Raises:
        ValidationError: its wave is handed over, or the date lies outside the programme.

    """
    if _is_run(place.wave, now):
        raise ValidationError(_why_unmoved(place.wave, now))
    if own_go_live_on is not None:
        check_day(place.wave.programme, own_go_live_on)
    place.own_go_live_on, place.changed_at = own_go_live_on, now
    place.save(update_fields=["own_go_live_on", "changed_at"])
    return place


@transaction.atomic
def assign_sites(wave: Wave, sites: Iterable[Site], now: datetime) -> None:
    """Let a wave have exactly these sites; those that stay keep their own dates.

    Raises:
        ValidationError: one of them is in another wave of the programme, or not a site of it.

    """
    _lock(wave.programme)
    wanted = {site.pk for site in sites}
    _check_given(wave.programme, wanted)
    _check_free(wave, wanted)
    wave.wave_sites.exclude(site__in=wanted).delete()
    there = set(wave.wave_sites.values_list("site", flat=True))
    WaveSite.objects.bulk_create(
        WaveSite(wave=wave, site_id=pk, changed_at=now) for pk in sorted(wanted - there)
    )


@transaction.atomic
def take_out_sites(wave: Wave, sites: Collection[int], now: datetime, by: Any, why: str) -> Removal:
    """Take sites (their ids) out of a wave; return what undoing it needs.

    Raises:
        ValidationError: one of them is in it no longer.

    """
    _lock(wave.programme)
    found = list(wave.wave_sites.filter(site__in=sites).select_related("site"))
    if len(found) < len(sites):
        raise ValidationError(changed_since(wave))
    before = values_of(Wave, wave.pk, ("sites",))
    wave.wave_sites.filter(site__in=sites).delete()
    after = values_of(Wave, wave.pk, ("sites",))
    write_change(wave, before, after, by, now, why=why, said=left_by(wave, found))
    return removals_of(wave)[0]


@transaction.atomic
def put_back_sites(wave: Wave, pk: int, now: datetime, by: Any) -> None:
    """Undo a removal (its id): its sites are back with the dates of their own that they had.

    Raises:
        ValidationError: anything is no longer as the removal left it, or a site is gone, in
            another wave, or not of the programme, or a date lies outside.

    """
    _lock(wave.programme)
    removal = next((one for one in removals_of(wave) if one.pk == pk), None)
    if removal is None:
        raise ValidationError(changed_since(wave))
    if problem := why_not_back(removal, now):
        raise ValidationError(problem)
    dates = removal.dates
    names = dict(Site.objects.filter(pk__in=dates).values_list("pk", "name"))
    if len(names) < len(dates):
        raise ValidationError(changed_since(wave))
    _check_given(wave.programme, set(dates))
    _check_free(wave, set(dates))
    for own in filter(None, dates.values()):
        check_day(wave.programme, own)
    before = values_of(Wave, wave.pk, ("sites",))
    WaveSite.objects.bulk_create(
        WaveSite(wave=wave, site_id=pk, own_go_live_on=own, changed_at=now)
        for pk, own in dates.items()
    )
    after = values_of(Wave, wave.pk, ("sites",)) | days_in_words(names, dates)
    write_change(wave, before, after, by, now, why=_("Undone"), said={RETURNED: pk})


def changed_since(wave: Wave) -> str:
    """Say that what somebody wants to do no longer fits the sites of a wave."""
    text = _("The sites of %(wave)s have changed in the meantime. Choose them again.")
    return text % {"wave": wave}


def _check_given(programme: Programme, wanted: set[int]) -> None:
    given = set(programme.sites.values_list("pk", flat=True))
    if problems := [
        _("%(site)s is not in the programme. Ask an administrator to add it.") % {"site": site}
        for site in Site.objects.filter(pk__in=wanted - given)
    ]:
        raise ValidationError(problems)


def _check_free(wave: Wave, wanted: set[int]) -> None:
    elsewhere = WaveSite.objects.filter(wave__programme=wave.programme, site__in=wanted)
    taken = elsewhere.exclude(wave=wave).select_related("site", "wave")
    if problems := [
        _("%(site)s is already in %(wave)s. Remove it from there first.")
        % {"site": place.site, "wave": place.wave}
        for place in taken
    ]:
        raise ValidationError(problems)


@transaction.atomic
def hand_over(wave: Wave, handed_over_on: date | None, now: datetime, by: Any = None) -> Wave:
    """Hand a wave over to Run on a day, or with None take that back.

    Raises:
        ValidationError: the day is before the go-live.

    """
    with recorded(wave, by, now, ("handed_over_on",)):
        return write_hand_over(wave, handed_over_on, now)


def write_hand_over(wave: Wave, handed_over_on: date | None, now: datetime) -> Wave:
    """Write the day of a hand-over, of which a move keeps the trace; raises what it raises."""
    _check_hand_over(wave, wave.go_live_on, handed_over_on)
    wave.handed_over_on, wave.changed_at = handed_over_on, now
    wave.save(update_fields=["handed_over_on", "changed_at"])
    return wave


def _check_hand_over(wave: Wave, go_live_on: date, handed_over_on: date | None) -> None:
    if handed_over_on is not None and handed_over_on < go_live_on:
        text = _("%(wave)s goes live on %(day)s. Hand it over on that day or later.")
        raise ValidationError(text % {"wave": wave, "day": day(go_live_on)})


def check_dates(
    programme: Programme, wave: Wave, go_live_on: date, handed_over_on: date | None
) -> None:
    """Raise ValidationError if a wave cannot have both dates, or had to be taken back from Run."""
    check_day(programme, go_live_on)
    _check_hand_over(wave, go_live_on, handed_over_on)
    before = Wave.objects.filter(pk=wave.pk, handed_over_on__isnull=False).first()
    if before and handed_over_on and before.go_live_on != go_live_on:
        raise ValidationError(_handed_over(before))


@transaction.atomic
def write_wave(wave: Wave, now: datetime) -> Wave:
    """Save a wave as an administrator has filled it in; a new one stands behind the others.

    Raises:
        ValidationError: see ``check_dates``.

    """
    _lock(wave.programme)
    check_dates(wave.programme, wave, wave.go_live_on, wave.handed_over_on)
    if wave.pk is None:
        wave.order = _next_order(wave.programme)
    wave.changed_at = now
    wave.save()
    return wave


def _next_order(programme: Programme) -> int:
    return (programme.waves.aggregate(last=Max("order"))["last"] or 0) + 1


def _lock(programme: Programme) -> None:
    """Let nobody else change the programme's waves until this transaction ends."""
    Programme.objects.select_for_update().get(pk=programme.pk)


def check_day(programme: Programme, go_live_on: date, field: str | None = "go_live_on") -> None:
    """Raise ValidationError for a day outside the programme, at a field if one is named."""
    if not programme.starts_on <= go_live_on <= programme.ends_on:
        text = _(
            "The programme runs from %(start)s to %(end)s. "
            "Enter a date between them, or change the programme first."
        )
        days = {"start": day(programme.starts_on), "end": day(programme.ends_on)}
        raise ValidationError({field: text % days} if field else text % days)
