"""Starting a programme, and giving people their roles in it.

A refusal is a ValidationError whose sentence says what to do.
"""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from programmes.models import Programme, Region, Stream
from programmes.queries.texts import SOURCE_LANGUAGE
from programmes.services.texts import write_text
from stakeholders.models import Role, User


@transaction.atomic
def start_programme(
    user: User, values: Mapping[str, object], purpose: str, now: datetime
) -> Programme:
    """Return a new programme (``values``: its plain fields), which the user manages.

    Raises:
        ValidationError: the end is not after the start.

    """
    programme = Programme(**values)
    programme.slug = _free_slug(programme.name)
    programme.full_clean()
    programme.save()
    write_text(programme, SOURCE_LANGUAGE, {"purpose": purpose}, user, now)
    Role.objects.create(user=user, programme=programme, kind=Role.Kind.PROGRAMME_MANAGER)
    return programme


def _free_slug(name: str) -> str:
    """Return an address made of the name that no other programme has."""
    stem = slugify(name)[:34].strip("-") or "programme"
    taken = set(Programme.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    others = (f"{stem}-{n}" for n in range(2, len(taken) + 3))
    return next(slug for slug in (stem, *others) if slug not in taken)


def roles_to_give(giver: User) -> list[Role.Kind]:
    """Return the roles that a programme manager may give: never one above their own.

    Who approves is above who writes: only an administrator makes somebody CIO.
    """
    kinds = [
        Role.Kind.PROGRAMME_MANAGER,
        Role.Kind.REGIONAL_IT_MANAGER,
        Role.Kind.STREAM_LEADER,
        Role.Kind.HR_IMPORTER,
    ]
    return [Role.Kind.CIO, *kinds] if giver.is_staff else kinds


@transaction.atomic
def give_role(
    giver: User,
    programme: Programme,
    *,
    email: str,
    first_name: str,
    last_name: str,
    kind: str,
    region: Region | None = None,
    stream: Stream | None = None,
) -> Role:
    """Give somebody a role, with an account if they have none.

    A new account has no password: its owner sets one by the page for forgotten passwords. The
    names of an account that is there stay as they are.

    Raises:
        ValidationError: the role is above the giver's, lacks its region, or is given already.

    """
    if kind not in roles_to_give(giver):
        raise ValidationError({"kind": _("Ask an administrator to give this role.")})
    region = region if kind == Role.Kind.REGIONAL_IT_MANAGER else None
    stream = stream if kind == Role.Kind.STREAM_LEADER else None
    user = User.objects.filter(email__iexact=email).first() or User.objects.create_user(
        email, first_name=first_name, last_name=last_name
    )
    role = Role(user=user, programme=programme, kind=kind, region=region, stream=stream)
    if _is_given(role):
        raise ValidationError(_("%(user)s has this role already.") % {"user": user})
    role.full_clean()
    role.save()
    return role


def _is_given(role: Role) -> bool:
    return Role.objects.filter(
        user=role.user,
        programme=role.programme,
        kind=role.kind,
        region=role.region,
        stream=role.stream,
    ).exists()


@transaction.atomic
def take_role(taker: User, role: Role) -> None:
    """Take a role away; it works at the next request.

    Raises:
        ValidationError: the role is above the taker's, or nobody would manage the programme.

    """
    if role.kind not in roles_to_give(taker):
        raise ValidationError(_("Ask an administrator to take this role away."))
    managers = Role.objects.select_for_update().filter(
        programme=role.programme, kind=Role.Kind.PROGRAMME_MANAGER
    )
    if role.kind == Role.Kind.PROGRAMME_MANAGER and len(managers) == 1:
        raise ValidationError(_("Somebody must manage the programme. Give another the role first."))
    role.delete()
