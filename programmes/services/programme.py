"""Changing a programme itself: its dates, languages and brand.

A refusal is a ValidationError whose sentence says what to do.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from auditlog.models import LogEntry
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programmes.design.contrast import ENOUGH_FOR_TEXT, contrast, nearest_passing
from programmes.models import Programme, Site, WaveSite
from programmes.models.programme import hex_colour
from programmes.models.trail import PROGRAMME
from programmes.queries.texts import SOURCE_LANGUAGE
from programmes.services.texts import write_text
from programmes.services.trail import recorded, write_entry

WHITE = "#FFFFFF"
COLOURS = ("accent", "accent_strong", "accent_soft")


@transaction.atomic
def change_programme(
    programme: Programme,
    values: Mapping[str, object],
    purpose: str,
    user: AbstractBaseUser | None,
    now: datetime,
) -> Programme:
    """Change name, dates and languages (``values``) and the English purpose.

    Raises:
        ValidationError: the end is not after the start, or a wave would lie outside.

    """
    for name, value in values.items():
        setattr(programme, name, value)
    programme.full_clean()
    check_waves_within(programme, programme.starts_on, programme.ends_on)
    with recorded(programme, user, now):
        programme.save(update_fields=list(values))
    write_text(programme, SOURCE_LANGUAGE, {"purpose": purpose}, user, now)
    return programme


def check_waves_within(programme: Programme, starts_on: date, ends_on: date) -> None:
    """Raise ValidationError if a wave would go live outside the dates of its programme."""
    outside = programme.waves.exclude(go_live_on__range=(starts_on, ends_on)).count()
    if outside:
        raise ValidationError(
            ngettext(
                "%(n)s wave goes live outside these dates. Move it first, or extend the dates.",
                "%(n)s waves go live outside these dates. Move them first, or extend the dates.",
                outside,
            )
            % {"n": outside}
        )


@transaction.atomic
def place_programme(
    programme: Programme, sites: Collection[Site], user: AbstractBaseUser, now: datetime
) -> None:
    """Let a programme have exactly these sites, whose people then belong to it.

    The trail says which came and which went.

    Raises:
        ValidationError: a site that would go is in a wave.

    """
    Programme.objects.select_for_update().get(pk=programme.pk)
    check_sites_free(programme, sites)
    before = {site.pk: site.name for site in programme.sites.all()}
    after = {site.pk: site.name for site in sites}
    if before.keys() == after.keys():
        return
    programme.sites.set(sites)
    told = {"sites_added": _names(after, before), "sites_removed": _names(before, after)}
    write_entry(programme, LogEntry.Action.UPDATE, user, now, told, {PROGRAMME: programme.pk})


def _names(these: Mapping[int, str], others: Mapping[int, str]) -> list[str]:
    """Return a change from nothing to the names that only the first hold, as the trail keeps it."""
    return ["", ", ".join(sorted(name for pk, name in these.items() if pk not in others))]


def check_sites_free(programme: Programme, sites: Collection[Site]) -> None:
    """Raise ValidationError if a wave of the programme has a site that is not among these."""
    placed = WaveSite.objects.filter(wave__programme=programme).exclude(site__in=sites)
    if problems := [
        _("%(site)s is in %(wave)s. Remove it from the wave first.")
        % {"site": place.site, "wave": place.wave}
        for place in placed.select_related("site", "wave")
    ]:
        raise ValidationError({"sites": problems})


@transaction.atomic
def change_brand(
    programme: Programme,
    accent: str,
    accent_strong: str,
    accent_soft: str,
    logo: UploadedFile | None = None,
    *,
    now: datetime,
    by: Any = None,
) -> Programme:
    """Change the colours, and the logo if one is given; the trail says what they were.

    Raises:
        ValidationError: by field: a colour that cannot be read, with the nearest that can.

    """
    check_colours(accent, accent_strong, accent_soft)
    programme.accent, programme.accent_strong = accent, accent_strong
    programme.accent_soft = accent_soft
    programme.logo = logo or programme.logo
    with recorded(programme, by, now):
        programme.save(update_fields=[*COLOURS, "logo"])
    return programme


def check_colours(accent: str, accent_strong: str, accent_soft: str) -> None:
    """Raise ValidationError by field for what is no colour, or cannot be read as text."""
    colours = {"accent": accent, "accent_strong": accent_strong, "accent_soft": accent_soft}
    if unfit := [name for name, one in colours.items() if not _is_colour(one)]:
        raise ValidationError(dict.fromkeys(unfit, hex_colour.message))
    pairs = {
        "accent": (accent, WHITE),
        "accent_strong": (accent_strong, WHITE),
        "accent_soft": (accent_soft, accent),
    }
    problems = {name: why for name, pair in pairs.items() if (why := _why_unreadable(*pair))}
    if problems:
        raise ValidationError(problems)


def _is_colour(text: str) -> bool:
    try:
        hex_colour(text)
    except ValidationError:
        return False
    return True


def _why_unreadable(colour: str, on: str) -> str:
    found = contrast(colour, on)
    if found >= ENOUGH_FOR_TEXT:
        return ""
    text = _(
        "The contrast of %(colour)s on %(on)s is %(found)s to 1 but must be %(needed)s. The "
        "nearest colour that passes is %(nearest)s."
    )
    return text % {
        "colour": colour,
        "on": on,
        "found": f"{found:.1f}",
        "needed": ENOUGH_FOR_TEXT,
        "nearest": nearest_passing(colour, on, ENOUGH_FOR_TEXT),
    }
