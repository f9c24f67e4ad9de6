"""Who has which role in a programme."""

from django.db.models import Q, QuerySet

from programmes.models import Programme
from stakeholders.accounts.models import Role, User

LONGEST = 200
MOST_WORDS = 8


def roles_in(programme: Programme, text: str = "") -> QuerySet[Role]:
    """Return the roles of a programme by kind and address; those whose owners hold each word."""
    roles = programme.roles.select_related("user", "region", "stream", "given_by")
    for word in text.replace("\x00", "")[:LONGEST].split()[:MOST_WORDS]:
        roles = roles.filter(
            Q(user__email__icontains=word)
            | Q(user__first_name__icontains=word)
            | Q(user__last_name__icontains=word)
            | Q(region__name__icontains=word)
            | Q(stream__name__icontains=word)
        )
    return roles.order_by("kind", "user__email", "pk")


def holders(programme: Programme, *kinds: str) -> QuerySet[User]:
    """Return the active users with one of some roles in a programme."""
    found = User.objects.filter(roles__programme=programme, roles__kind__in=kinds, is_active=True)
    return found.distinct()
