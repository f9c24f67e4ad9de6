"""What the roles of a user open: in one programme, or in the installation."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from programmes.database.compiled import Compiled
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
from stakeholders.accounts.access.delegates import DELEGATED, HeldRole, is_stand_in, standing_in
from stakeholders.accounts.models import Role, User


def roles_of(user: User | AnonymousUser) -> list[HeldRole]:
    """Return all roles of a user in one query; nobody's are none.

    Each request asks for them: building the queryset took longer than many a page's own question.
    """
    if not user.is_authenticated:
        return []
    return [
        HeldRole(kind, programme, region, stream, json.loads(languages), bool(stands_in))
        for kind, programme, region, stream, languages, stands_in in _ROLES.rows(user=user.pk)
    ]


def _held(user: Any) -> QuerySet[Role, Any]:
    found = Role.objects.filter(user=user).annotate(stands_in=standing_in())
    return found.values_list(*HeldRole._fields)


_ROLES = Compiled(_held, "user")


def scopes_in(programme: Programme, users: Iterable[User]) -> dict[int, Scope]:
    """Return what each of some users may see and do in one programme, by their ids.

    One query, whatever their number; one more for each who may open every programme.
    """
    found = list(users)
    held: dict[int, list[HeldRole]] = defaultdict(list)
    rows = Role.objects.filter(user__in=[one.pk for one in found])
    named = rows.annotate(stands_in=standing_in()).values_list("user", *HeldRole._fields)
    for user, *role in named:
        held[user].append(HeldRole(*role))
    return {one.pk: _scope_in(programme, one, held[one.pk]) for one in found}


def scope_of(user: User | AnonymousUser, programme: Programme | None = None) -> Scope:
    """Return what a user may see and do in one programme, or without one in the installation.

    One query; one more for those who may open every programme.
    """
    roles = roles_of(user)
    return _scope_in(programme, user, roles) if programme else _scope_of_all(user, roles)


def _scope_of_all(user: User | AnonymousUser, roles: Sequence[HeldRole]) -> Scope:
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


def _kinds_in_installation(user: User | AnonymousUser, roles: Sequence[HeldRole]) -> set[str]:
    """Return the kinds of the roles without a programme; a superuser is an administrator."""
    kinds = {role.kind for role in roles if role.programme_id is None}
    return kinds | {ADMINISTRATOR} if getattr(user, "is_superuser", False) else kinds


def _actions_of(kinds: Collection[str]) -> frozenset[str]:
    return frozenset(action for action, allowed in ACTIONS.items() if allowed & set(kinds))


def _opened_by(roles: Sequence[HeldRole]) -> frozenset[int]:
    """Return the ids of the programmes whose pages these roles open."""
    if any(role.kind in EVERYWHERE for role in roles):
        return _all_programmes()
    return frozenset(role.programme_id for role in roles if role.programme_id is not None)


def _all_programmes() -> frozenset[int]:
    return frozenset(Programme.objects.order_by().values_list("pk", flat=True))


def _scope_in(programme: Programme, user: User | AnonymousUser, roles: Sequence[HeldRole]) -> Scope:
    here = [r for r in roles if r.programme_id == programme.pk or r.kind in EVERYWHERE]
    regions = frozenset(r.region_id for r in here if r.region_id is not None)
    streams = frozenset(r.stream_id for r in here if r.stream_id is not None)
    kinds = {r.kind for r in here}
    languages = frozenset(code for r in here for code in r.languages)
    watches = bool(kinds & WATCHERS)
    # A leader knows all regions by figures alone; with a region, names come into view there.
    everywhere = watches or (LEADER in kinds and not regions)
    opens = _opened_by(roles)
    lent = DELEGATED if any(is_stand_in(role) for role in here) else frozenset()
    return Scope(
        programme_ids=opens,
        programme=programme.pk,
        regions=None if everywhere else regions,
        streams=None if kinds & {MANAGER, TEAM} else streams,
        languages=None if kinds & {MANAGER, TEAM} else languages,
        user_id=user.pk,
        reads_drafts=watches or LOCAL in kinds,
        actions=_actions_of(kinds) | lent,
        opens=opens,
        installation=_actions_of(_kinds_in_installation(user, roles)),
    )


def may_make_tokens(user: User | None, programme: Programme) -> bool:
    """Tell whether somebody may make tokens for a programme: its managers, and administrators."""
    if user is None or not user.is_active:
        return False
    scope, right = scope_of(user, programme), "token.write"
    return scope.may(right) or right in scope.installation


def programmes_set_up_by(user: User) -> QuerySet[Programme]:
    """Return the programmes whose settings a user may open by a role there, by name."""
    roles = Role.objects.filter(user=user, kind__in=ACTIONS["setup.read"])
    found: QuerySet[Programme] = Programme.objects.filter(pk__in=roles.values("programme"))
    return found.order_by("name", "pk")
