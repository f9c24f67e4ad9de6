"""Who decides for a CIO who is away, from one day to another."""

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from programmes.database.clock import DatabaseNow
from programmes.models.organisation import validate_time_zone
from programmes.scope import Scope


class DelegationQuerySet(models.QuerySet["Delegation"]):
    """Words on delegations."""

    def within(self, scope: Scope) -> "DelegationQuerySet":
        """Narrow to those of the programme in view."""
        return self.filter(scope.here())

    def open_at(self, now: datetime | DatabaseNow) -> "DelegationQuerySet":
        """Keep those whose last day has not passed and that nobody ended."""
        return self.filter(ended_at=None, ends_at__gt=now)

    def in_force_at(self, now: datetime | DatabaseNow) -> "DelegationQuerySet":
        """Keep those that count: begun, not over, given by somebody who still is a CIO there."""
        principal = Q(
            given_by__is_active=True,
            given_by__roles__kind="cio",
            given_by__roles__programme=F("programme"),
        )
        return self.open_at(now).filter(principal, starts_at__lte=now, user__is_active=True)


class Delegation(models.Model):
    """Somebody decides for a CIO, under their own name.

    Attributes:
        from_on: the first day, and ``until_on`` the last, both in ``time_zone``.
        starts_at: the instant (UTC) at which the first day begins there, and ``ends_at`` the one
            at which the last is over.
        ended_at: when the CIO, or a later delegation, ended it before.

    """

    programme = models.ForeignKey(
        "programmes.Programme", models.CASCADE, related_name="delegations"
    )
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="delegations",
        verbose_name=_("decides for"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("delegate")
    )
    from_on: "models.DateField[date, date]" = models.DateField(_("from"))
    until_on: "models.DateField[date, date]" = models.DateField(_("until"))
    time_zone = models.CharField(_("time zone"), max_length=40, validators=[validate_time_zone])
    starts_at = models.DateTimeField(editable=False)
    ends_at = models.DateTimeField(editable=False)
    made_at = models.DateTimeField(_("named"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ended by"),
    )

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__gte=F("from_on")) & Q(ends_at__gt=F("starts_at")),
                name="delegation_ends_after_start",
                violation_error_message=_(
                    "The last day is before the first. Enter a later last day."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(user=F("given_by")),
                name="delegate_is_somebody_else",
                violation_error_message=_("Choose someone other than yourself."),
            ),
            # What is over is ended before another begins, so no two overlap.
            models.UniqueConstraint(
                "programme",
                "given_by",
                condition=Q(ended_at__isnull=True),
                name="one_open_delegation",
                violation_error_message=_(
                    "You already have a delegate. End that delegation first."
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(_("%(user)s for %(principal)s")) % {
            "user": self.user,
            "principal": self.given_by,
        }
