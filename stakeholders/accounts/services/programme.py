"""Starting a programme.

A refusal is a ValidationError whose sentence says what to do.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from programmes.models import Programme, Site
from programmes.queries.texts import SOURCE_LANGUAGE
from programmes.services.programme import place_programme
from programmes.services.texts import write_text
from programmes.services.trail import recorded
from stakeholders.accounts.models import Role, User


@transaction.atomic
def start_programme(
    user: User,
    values: Mapping[str, object],
    purpose: str,
    now: datetime,
    sites: Collection[Site] = (),
) -> Programme:
    """Return a new programme with some sites (``values``: its plain fields); the user manages it.

    Raises:
        ValidationError: the end is not after the start.

    """
    programme = Programme(**values)
    programme.slug = _free_slug(programme.name)
    programme.full_clean()
    with recorded(programme, user, now):
        programme.save()
    write_text(programme, SOURCE_LANGUAGE, {"purpose": purpose}, user, now)
    place_programme(programme, sites, user, now)
    role = Role(user=user, programme=programme, given_by=user, given_at=now)
    role.kind = Role.Kind.PROGRAMME_MANAGER
    with recorded(role, user, now, ("user_id", "kind")):
        role.save()
    return programme


def _free_slug(name: str) -> str:
    """Return an address made of the name that no other programme has."""
    stem = slugify(name)[:34].strip("-") or "programme"
    taken = set(Programme.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    others = (f"{stem}-{n}" for n in range(2, len(taken) + 3))
    return next(slug for slug in (stem, *others) if slug not in taken)
