"""Writing the plan of a programme: waves, their sites and dates.

A refusal is a ValidationError whose sentence says what to do.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from programmes.design.formats import day
from programmes.models import Programme, Site, Wave, WaveSite


@transaction.atomic
def add_wave(
    programme: Programme, name: str, go_live_on: date, now: datetime, sites: Iterable[Site] = ()
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
    wave.save()
    assign_sites(wave, sites, now)
    return wave


@transaction.atomic
def change_wave(
    wave: Wave, name: str, go_live_on: date, sites: Iterable[Site], now: datetime
) -> Wave:
    """Give a wave its name, date and sites; raises what ``add_wave`` and ``move_wave`` raise."""
    wave.name = name
    wave.full_clean()
    wave.save(update_fields=["name"])
    if wave.go_live_on != go_live_on:
        move_wave(wave, go_live_on, now)
    assign_sites(wave, sites, now)
    return wave


@transaction.atomic
def move_wave(wave: Wave, go_live_on: date, now: datetime, expected_on: date | None = None) -> Wave:
    """Give a wave another go-live: one UPDATE, for everything else is computed from it.

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
    still = Wave.objects.filter(pk=wave.pk, handed_over_on__isnull=True)
    if expected_on is not None:
        still = still.filter(go_live_on=expected_on)
    if not still.update(go_live_on=go_live_on, changed_at=now):
        raise ValidationError(_why_unmoved(Wave.objects.get(pk=wave.pk)))
    wave.go_live_on, wave.changed_at = go_live_on, now
    return wave


def _why_unmoved(wave: Wave) -> str:
    if wave.handed_over_on:
        text = _("%(wave)s is handed over to Run. Take the hand-over back before you move it.")
    else:
        text = _("%(wave)s has been moved to %(day)s meanwhile. Look at it before you move it.")
    return text % {"wave": wave, "day": day(wave.go_live_on)}


@transaction.atomic
def move_site(place: WaveSite, own_go_live_on: date | None, now: datetime) -> WaveSite:
    """Give a site a date of its own, or with None the date of its wave.

    Raises:
        ValidationError: its wave is handed over, or the date lies outside the programme.

    """
    if place.wave.handed_over_on:
        raise ValidationError(_why_unmoved(place.wave))
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


def _check_given(programme: Programme, wanted: set[int]) -> None:
    given = set(programme.sites.values_list("pk", flat=True))
    if problems := [
        _("%(site)s is not a site of the programme. An administrator adds it.") % {"site": site}
        for site in Site.objects.filter(pk__in=wanted - given)
    ]:
        raise ValidationError(problems)


def _check_free(wave: Wave, wanted: set[int]) -> None:
    elsewhere = WaveSite.objects.filter(wave__programme=wave.programme, site__in=wanted)
    taken = elsewhere.exclude(wave=wave).select_related("site", "wave")
    if problems := [
        _("%(site)s is in %(wave)s already. Take it out there first.")
        % {"site": place.site, "wave": place.wave}
        for place in taken
    ]:
        raise ValidationError(problems)


@transaction.atomic
def hand_over(wave: Wave, handed_over_on: date | None, now: datetime) -> Wave:
    """Hand a wave over to Run on a day, or with None take that back.

    Raises:
        ValidationError: the day is before the go-live.

    """
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
        raise ValidationError(_why_unmoved(before))


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


def check_day(programme: Programme, go_live_on: date, field: str = "go_live_on") -> None:
    """Raise ValidationError at a field for a day outside the programme."""
    if not programme.starts_on <= go_live_on <= programme.ends_on:
        text = _(
            "The programme runs from %(start)s to %(end)s. "
            "Enter a date between them, or change the programme first."
        )
        days = {"start": day(programme.starts_on), "end": day(programme.ends_on)}
        raise ValidationError({field: text % days})
