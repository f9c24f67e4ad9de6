"""Who decides for whom, as the page of decisions says it."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from programmes.models import Programme
from programmes.scope import Scope
from stakeholders.accounts.access import ACTIONS
from stakeholders.models import Delegation, User


@dataclass(frozen=True)
class Standing:
    """The delegations of a programme that are not over.

    Attributes:
        rows: all of them, for who reads the page.
        own: the reader's own as a CIO, if there is one.
        principal: for whom the reader decides now, if for anybody.

    """

    rows: list[Delegation] = field(default_factory=list)
    own: Delegation | None = None
    principal: User | None = None


def standing_of(programme: Programme, scope: Scope, user: User, now: datetime) -> Standing:
    """Return the delegations that last or are to come (one query)."""
    found = Delegation.objects.within(scope).open_at(now).select_related("user", "given_by")
    rows = list(found.order_by("from_on", "pk"))
    own = next((row for row in rows if row.given_by_id == user.pk), None)
    mine = (row for row in rows if row.user_id == user.pk and row.starts_at <= now)
    principal = next((row.given_by for row in mine), None)
    may_write = scope.may("delegation.write")
    decides = scope.may("approval.decide") and not may_write
    return Standing(rows, own, principal if decides else None)


def colleagues_of(programme: Programme, user: User) -> QuerySet[User]:
    """Return to whom a need may be handed: who reads decisions in the programme."""
    kinds = ACTIONS["need.answer"]
    found = User.objects.filter(roles__programme=programme, roles__kind__in=kinds, is_active=True)
    return found.exclude(pk=user.pk).distinct().order_by("last_name", "first_name", "pk")
