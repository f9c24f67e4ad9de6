"""What may be named in the register, by who writes it."""

from typing import Any

from programmes.models import Programme, Stream
from programmes.scope import Scope
from stakeholders.accounts.models import User
from stakeholders.register.models.objective import team_of


def streams_to_write(scope: Scope) -> Any:
    """Return the streams whose register a user writes: all, or those that they lead."""
    streams = Stream.objects.within(scope)
    return streams if scope.streams is None else streams.filter(pk__in=scope.streams)


def owners_for(programme: Programme, scope: Scope, *there: int | None) -> Any:
    """Return who may be named: all who have a role, for a leader the own team, and who is."""
    if scope.streams is None:
        return User.objects.filter(roles__programme=programme).distinct()
    team = team_of(scope).values_list("pk", flat=True)
    return User.objects.filter(pk__in=[*team, *(pk or 0 for pk in there)])
