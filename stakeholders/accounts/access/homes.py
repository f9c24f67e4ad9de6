"""Where each role lands."""

from django.db.models import F, Q

from programmes.models import Programme
from stakeholders.accounts.access.actions import (
    ADMINISTRATOR,
    AUDITOR,
    EVERYWHERE,
    HOST,
    HR,
    LEADER,
    LOCAL,
    MANAGER,
    REGIONAL,
    TEAM,
)
from stakeholders.accounts.models import Role, User


def home_of(user: User, programme: Programme | None = None) -> str:
    """Return the address where a user lands after signing in, or in one programme.

    Whoever sets things up comes by the list of first steps. Once all are done, that leads on to
    what ``settled_home_of`` says.
    """
    role = _first_role(user, programme)
    if role and role.programme:
        is_manager = role.kind == MANAGER
        return f"/p/{role.programme.slug}/start/" if is_manager else _home(user, role, programme)
    if programme is None and _is_administrator(user, role):
        return "/settings/"
    return _home(user, role, programme)


def settled_home_of(user: User, programme: Programme | None = None) -> str:
    """Return where a user lands once nothing is left to set up."""
    role = _first_role(user, programme)
    is_in_charge = programme is None and (role is None or role.programme is None)
    if is_in_charge and _is_administrator(user, role):
        return "/status/"
    return _home(user, role, programme)


def _is_administrator(user: User, role: Role | None) -> bool:
    return user.is_superuser or (role is not None and role.kind == ADMINISTRATOR)


def _first_role(user: User, programme: Programme | None) -> Role | None:
    """Return the role that decides, of those in one programme if one is named."""
    roles = Role.objects.filter(user=user).select_related("programme", "region")
    if programme:
        roles = roles.filter(Q(programme=programme) | Q(kind__in=EVERYWHERE))
    return roles.order_by(F("programme").asc(nulls_last=True), "pk").first()


def _home(user: User, role: Role | None, programme: Programme | None) -> str:
    if role is None:
        return "/admin/" if user.is_staff else "/profile/"
    if role.programme is None:
        return _home_in_installation(role, programme)
    slug = role.programme.slug
    if role.kind == REGIONAL and role.region:
        return f"/p/{slug}/regions/{role.region.slug}/"
    if role.kind == LOCAL:
        lang = f"lang={role.languages[0]}&" if len(role.languages) == 1 else ""
        return f"/p/{slug}/messages/?{lang}state=todo"
    homes: dict[str, str] = {
        LEADER: f"people/streams/{role.stream_id}/",
        TEAM: "messages/",
        HOST: "events/",
    }
    return f"/p/{slug}/{homes.get(role.kind, 'overview/')}"


def _home_in_installation(role: Role, programme: Programme | None) -> str:
    if role.kind == AUDITOR and programme:
        return f"/p/{programme.slug}/audit/"
    homes: dict[str, str] = {HR: "/imports/", AUDITOR: "/audit/"}
    return homes.get(role.kind, "/programmes/new/")
