"""What the roles of a user open: in one programme, or in the installation."""

from collections.abc import Collection, Sequence

from django.contrib.auth.models import AnonymousUser

from programmes.models import Programme
from programmes.scope import Scope
from stakeholders.accounts.access.actions import (
    ACTIONS,
    ADMINISTRATOR,
    EVERYWHERE,
    LEADER,
    LOCAL,
    MANAGER,
    TEAM,
    WATCHERS,
)
from stakeholders.accounts.models import Role, User


def roles_of(user: User | AnonymousUser) -> list[Role]:
    """Return all roles of a user, in one query; nobody's are none."""
    return list(Role.objects.filter(user=user)) if user.is_authenticated else []


def scope_of(user: User | AnonymousUser, programme: Programme | None = None) -> Scope:
    """Return what a user may see and do in one programme, or without one in the installation.

    One query; one more for those who may open every programme.
    """
    roles = roles_of(user)
    return _scope_in(programme, user, roles) if programme else _scope_of_all(user, roles)


def _scope_of_all(user: User | AnonymousUser, roles: Sequence[Role]) -> Scope:
    """Return what the roles of the installation open, over the people of all programmes."""
    kinds = _kinds_in_installation(user, roles)
    opens = _opened_by(roles)
    actions = _actions_of(kinds)
    return Scope(
        programme_ids=_all_programmes() if ADMINISTRATOR in kinds else opens,
        regions=None if kinds else frozenset(),
        user_id=user.pk,
        reads_drafts=False,
        actions=actions,
        opens=opens,
        installation=actions,
    )


def _kinds_in_installation(user: User | AnonymousUser, roles: Sequence[Role]) -> set[str]:
    """Return the kinds of the roles without a programme; a superuser is an administrator."""
    kinds = {role.kind for role in roles if role.programme_id is None}
    return kinds | {ADMINISTRATOR} if getattr(user, "is_superuser", False) else kinds


def _actions_of(kinds: Collection[str]) -> frozenset[str]:
    return frozenset(action for action, allowed in ACTIONS.items() if allowed & set(kinds))


def _opened_by(roles: Sequence[Role]) -> frozenset[int]:
    """Return the ids of the programmes whose pages these roles open."""
    if any(role.kind in EVERYWHERE for role in roles):
        return _all_programmes()
    return frozenset(role.programme_id for role in roles if role.programme_id is not None)


def _all_programmes() -> frozenset[int]:
    return frozenset(Programme.objects.order_by().values_list("pk", flat=True))


def _scope_in(programme: Programme, user: User | AnonymousUser, roles: Sequence[Role]) -> Scope:
    here = [r for r in roles if r.programme_id == programme.pk or r.kind in EVERYWHERE]
    regions = frozenset(r.region_id for r in here if r.region_id is not None)
    streams = frozenset(r.stream_id for r in here if r.stream_id is not None)
    kinds = {r.kind for r in here}
    languages = frozenset(code for r in here for code in r.languages)
    watches = bool(kinds & WATCHERS)
    # A leader knows all regions by figures alone; with a region, names come into view there.
    everywhere = watches or (LEADER in kinds and not regions)
    opens = _opened_by(roles)
    return Scope(
        programme_ids=opens,
        programme=programme.pk,
        regions=None if everywhere else regions,
        streams=None if kinds & {MANAGER, TEAM} else streams,
        languages=None if kinds & {MANAGER, TEAM} else languages,
        user_id=user.pk,
        reads_drafts=watches or LOCAL in kinds,
        actions=_actions_of(kinds),
        opens=opens,
        installation=_actions_of(_kinds_in_installation(user, roles)),
    )
