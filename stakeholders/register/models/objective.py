"""Personal objectives, which few may read."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes.database.removal import RemovableQuerySet
from programmes.models import Member, Programme, Stream
from programmes.models.objective import Measured
from programmes.models.value import RecordedValue
from programmes.scope import Scope
from stakeholders.accounts.models.user import User


class PersonalObjectiveQuerySet(RemovableQuerySet["PersonalObjective"]):
    """Words on personal objectives."""

    def within(self, scope: Scope) -> "PersonalObjectiveQuerySet":
        """Narrow to what the user may read: all, or their own and their team's, or nothing."""
        if scope.may("objective.read"):
            return self.filter(scope.here())
        return self.writable(scope)

    def writable(self, scope: Scope) -> "PersonalObjectiveQuerySet":
        """Narrow to the user's own, and to those that stand in a stream that they lead."""
        if not scope.may("objective.own"):
            return self.none()
        led = scope.streams or frozenset()
        own = models.Q(owner=scope.user_id) | models.Q(stream__in=led)
        return self.filter(scope.here() & own)

    def of(self, programme: Programme) -> "PersonalObjectiveQuerySet":
        return self.filter(programme=programme)


class PersonalObjective(Measured):
    """What one person wants to reach in a programme.

    ``stream`` names the team it is shared with, whose leader then reads and writes it too.
    """

    programme = models.ForeignKey(
        "programmes.Programme", models.CASCADE, related_name="personal_objectives"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="objectives", verbose_name=_("owner")
    )
    stream = models.ForeignKey(
        "programmes.Stream",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="personal_objectives",
        verbose_name=_("stream"),
    )

    objects = PersonalObjectiveQuerySet.as_manager()

    class Meta(Measured.Meta):
        verbose_name = _("personal objective")
        verbose_name_plural = _("personal objectives")


def team_of(scope: Scope) -> models.QuerySet[User]:
    """Return the user, and the accounts of the members of the streams that they lead."""
    led = scope.streams or frozenset()
    mails = Member.objects.present().filter(stream__in=led).exclude(email="").values("email")
    return User.objects.filter(models.Q(pk=scope.user_id) | models.Q(email__in=mails))


def teams_of(user: User, programme: Programme) -> models.QuerySet[Stream]:
    """Return the streams that a user leads or, by their mail address, works in."""
    works_in = Member.objects.present().filter(email=user.email).values("stream")
    leads = user.roles.filter(stream__isnull=False).values("stream")
    streams = Stream.objects.of(programme)
    return streams.filter(models.Q(pk__in=works_in) | models.Q(pk__in=leads))


class PersonalValueQuerySet(RemovableQuerySet["PersonalValue"]):
    """Words on values of personal objectives."""

    def within(self, scope: Scope) -> "PersonalValueQuerySet":
        """Narrow to those of the objectives that the user may read."""
        return self.filter(objective__in=PersonalObjective.objects.within(scope))


class PersonalValue(RecordedValue):
    """A value of a personal objective, which is read by those who read the objective."""

    objective = models.ForeignKey(
        "stakeholders.PersonalObjective",
        models.CASCADE,
        related_name="values",
        verbose_name=_("objective"),
    )

    objects = PersonalValueQuerySet.as_manager()

    class Meta(RecordedValue.Meta):
        verbose_name = _("value of a personal objective")
        verbose_name_plural = _("values of personal objectives")
        indexes = [models.Index("objective", "measured_on", name="personal_values_by_day")]
