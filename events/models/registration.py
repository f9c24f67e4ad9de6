"""Who has a seat, and who waits for one."""

import secrets

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# Without what is taken for another character on paper: 0 and O, 1, I and L, U and V.
CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8


def new_code() -> str:
    """Return a random code of a ticket (39 bits), such as ``7GQ4MK2D``."""
    return "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))


class RegistrationQuerySet(models.QuerySet["Registration"]):
    """Words on registrations."""

    def going(self) -> "RegistrationQuerySet":
        """Narrow to those who have a seat."""
        return self.filter(state=Registration.State.GOING)

    def waiting(self) -> "RegistrationQuerySet":
        """Narrow to those who wait for a seat, the first first."""
        return self.filter(state=Registration.State.WAITING).order_by("asked_at", "pk")


class Registration(models.Model):
    """One person at one event, or a guest who is in no personnel file.

    ``asked_at`` is the place on the waiting list. ``turn`` counts the changes, so that each is
    told once. ``code`` is on the ticket, whose link is kept as a hash alone.
    """

    class State(models.TextChoices):
        GOING = "going", _("Registered")
        WAITING = "waiting", _("On the waiting list")
        CANCELLED = "cancelled", _("Cancelled")

    event = models.ForeignKey("events.Event", models.CASCADE, related_name="registrations")
    person = models.ForeignKey(
        "stakeholders.Person",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="registrations",
        verbose_name=_("person"),
    )
    guest_name = models.CharField(_("guest"), max_length=120, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State.choices)
    asked_at = models.DateTimeField(_("asked"))
    turn = models.PositiveSmallIntegerField(default=1)
    is_walk_in = models.BooleanField(_("walk-in"), default=False)
    language = models.CharField(_("language"), max_length=12, blank=True)
    code = models.CharField(_("code"), max_length=CODE_LENGTH, unique=True, default=new_code)
    ticket_hash = models.CharField(max_length=64, unique=True)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["asked_at", "pk"]
        indexes = [models.Index("event", "state", "asked_at", name="registration_in_turn")]
        constraints = [
            models.UniqueConstraint(
                "event", "person", condition=Q(person__isnull=False), name="registered_once"
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | ~Q(guest_name=""), name="person_or_guest"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Return the name of the person or guest."""
        return str(self.person) if self.person else self.guest_name
