"""Who decides in a programme: its CIOs, and their delegates while these are in force."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from programmes.database.clock import DatabaseNow
from programmes.models import Programme
from stakeholders.accounts.access.actions import CIO, MANAGER, TEAM
from stakeholders.accounts.models import Delegation, Role, User

# What a delegation adds to the roles of a delegate, who sees the whole programme already.
DELEGATED = frozenset({"approval.decide", "update.open"})
# Who may be a delegate: their own roles open the whole programme to them.
MAY_STAND_IN = (MANAGER, TEAM)


class HeldRole(NamedTuple):
    """A role, as rights are read from it; ``stands_in``: its owner decides for a CIO now."""

    kind: str
    programme_id: int | None
    region_id: int | None
    stream_id: int | None
    languages: list[str]
    stands_in: bool


def standing_in() -> Exists:
    """Return whether the owner of a role decides for a CIO of its programme now."""
    own = Delegation.objects.filter(user=OuterRef("user"), programme=OuterRef("programme"))
    return Exists(own.in_force_at(DatabaseNow()))


def is_stand_in(role: HeldRole) -> bool:
    """Tell whether a role opens decisions too."""
    return role.stands_in and role.kind in MAY_STAND_IN


def principal_of(user: User, programme: Programme, now: datetime) -> User | None:
    """Return for whom somebody decides; None for who decides as CIO, or not at all."""
    if Role.objects.filter(user=user, programme=programme, kind=CIO).exists():
        return None
    found = Delegation.objects.filter(user=user, programme=programme).in_force_at(now)
    own = found.select_related("given_by").first()
    return own.given_by if own else None


def deciders_in(programme: Programme, now: datetime) -> QuerySet[User]:
    """Return the active users who decide: CIOs and their delegates."""
    standing = Delegation.objects.filter(programme=programme).in_force_at(now)
    stand_in = Q(pk__in=standing.values("user"), roles__kind__in=MAY_STAND_IN)
    roles = Q(roles__kind=CIO) | stand_in
    return User.objects.filter(roles, roles__programme=programme, is_active=True).distinct()


def candidates_in(programme: Programme, principal: User) -> QuerySet[User]:
    """Return who may be named as a delegate."""
    found = User.objects.filter(
        roles__programme=programme, roles__kind__in=MAY_STAND_IN, is_active=True
    )
    return found.exclude(pk=principal.pk).distinct().order_by("last_name", "first_name", "pk")
