"""Who asked to be told when something is stuck."""

from django.db.models import Q, QuerySet

from communications.operation.models import AlarmReader
from stakeholders.models import Role, User


def administrators() -> QuerySet[User]:
    """Return all administrators who have an address."""
    is_one = Q(is_superuser=True) | Q(roles__kind=Role.Kind.ADMINISTRATOR)
    return User.objects.filter(is_one, is_active=True).exclude(email="")


def readers() -> QuerySet[User]:
    """Return the administrators who asked for emails: whoever is none any more gets none."""
    return administrators().filter(alarm_reader__isnull=False)


def tell(user: User, *, is_wanted: bool) -> None:
    """Let an administrator be told from now on, or no longer."""
    if is_wanted:
        AlarmReader.objects.get_or_create(user=user)
    else:
        AlarmReader.objects.filter(user=user).delete()
