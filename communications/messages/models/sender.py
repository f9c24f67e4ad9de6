"""Who may sign messages: roles, and people who have agreed to it."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from programmes.scope import Scope

LONGEST_NAME = 120


class SenderQuerySet(models.QuerySet["Sender"]):
    """Words on senders."""

    def within(self, scope: Scope) -> "SenderQuerySet":
        """Narrow to the programme in view."""
        return self.filter(scope.here())

    def listed(self) -> "SenderQuerySet":
        """Leave out those that were removed."""
        return self.filter(removed_at=None)

    def people(self) -> "SenderQuerySet":
        """Keep the names of people, also of those whose account is gone."""
        return self.exclude(user=None, person_name="")

    def unsettled(self) -> "SenderQuerySet":
        """Keep the people who have not agreed, or agreed no longer at some time."""
        silent = models.Q(user=None) | models.Q(agreed_at=None)
        return self.people().filter(silent | models.Q(revoked_at__isnull=False))

    def asked(self) -> "SenderQuerySet":
        """Keep the people who have not answered since they were asked last."""
        again = models.Q(revoked_at=None) | models.Q(asked_at__gt=models.F("revoked_at"))
        more = models.Q(declined_at=None) | models.Q(asked_at__gt=models.F("declined_at"))
        return self.filter(again, more, user__isnull=False, agreed_at=None)

    def named(self, programme: int, *names: str) -> dict[str, "Sender"]:
        """Return those of a programme by the name that is printed, as it is given."""
        found = self.filter(programme=programme).select_related("user")
        known = {one.name.casefold(): one for one in found}
        return {name: known[name.casefold()] for name in names if name.casefold() in known}


class Sender(models.Model):
    """A name under which a programme sends: a role, or a person, who must have agreed.

    A message names its sender by ``name``. A removed one stays, so that its name is refused, and so
    does a person's once their account is deleted: ``person_name`` is their full name, empty for a
    role. When somebody last revoked their consent is kept after they agree again: what was approved
    before then stays unsigned. ``declined_at`` is when they last said no to a request.
    """

    programme = models.ForeignKey("programmes.Programme", models.CASCADE, related_name="senders")
    name = models.CharField(_("name as printed"), max_length=LONGEST_NAME)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="signs",
        verbose_name=_("person"),
    )
    person_name = models.CharField(max_length=LONGEST_NAME, blank=True, default="", db_default="")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked"), null=True, blank=True)
    agreed_at = models.DateTimeField(_("agreed"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    declined_at = models.DateTimeField(_("declined"), null=True, blank=True)
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)

    objects = SenderQuerySet.as_manager()

    class Meta:
        verbose_name = _("sender")
        verbose_name_plural = _("senders")
        ordering = [Lower("name"), "pk"]
        constraints = [models.UniqueConstraint("programme", Lower("name"), name="sender_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def has_agreed(self) -> bool:
        """Tell whether it may be printed: a role may always, a person while they agree."""
        if not self.is_person:
            return True
        if self.user_id is None or self.agreed_at is None:
            return False
        return self.revoked_at is None or self.revoked_at <= self.agreed_at

    @property
    def is_person(self) -> bool:
        """Tell whether it is somebody's name, and not a role."""
        return self.user_id is not None or bool(self.person_name)

    @property
    def is_revoked(self) -> bool:
        """Tell whether a person agrees no longer, and was not asked again since."""
        return self._has_said_no(self.revoked_at)

    @property
    def is_declined(self) -> bool:
        """Tell whether a person did not agree when they were asked last."""
        return self._has_said_no(self.declined_at)

    def _has_said_no(self, at: datetime | None) -> bool:
        if self.has_agreed or at is None:
            return False
        return self.asked_at is None or self.asked_at <= at

    def may_carry(self, approved_at: datetime | None) -> bool:
        """Tell whether what was approved at a moment may leave under it."""
        if not self.has_agreed:
            return False
        return self.revoked_at is None or approved_at is None or approved_at >= self.revoked_at

    @property
    def is_usable(self) -> bool:
        """Tell whether messages may go out under this name."""
        return self.removed_at is None and self.has_agreed

    def signs(self, user: Any) -> bool:
        """Tell whether it is this user's own name."""
        return self.user_id is not None and self.user_id == user.pk
