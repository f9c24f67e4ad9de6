"""What every frozen content that waits for a decision has: its state, who asked and who decided."""

from typing import Any, Self, TypeVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes.models import Programme

AnyVersion = TypeVar("AnyVersion", bound="Version")


class VersionQuerySet(models.QuerySet[AnyVersion]):
    """Words on versions."""

    def waiting(self) -> Self:
        """Keep those that nobody has decided."""
        return self.filter(state=Version.State.WAITING)

    def standing(self) -> Self:
        """Keep those whose content may be sent."""
        return self.filter(state=Version.State.APPROVED)

    def named_writers(self) -> set[int]:
        """Return the ids of those who wrote one of these: after an undo its texts tell no more."""
        return {pk for writers in self.values_list("writers", flat=True) for pk in writers}

    def once_given(self) -> Self:
        """Keep those that were approved, even if they were withdrawn or replaced since."""
        ended = models.Q(state=Version.State.REPLACED, decided_at__isnull=False)
        given = (Version.State.APPROVED, Version.State.WITHDRAWN)
        return self.filter(ended | models.Q(state__in=given))


class Version(models.Model):
    """One content as it was shown for decision, frozen.

    ``fingerprint`` is the SHA-256 of ``content``; ``writers`` are the ids of the users who had
    written what had not been approved before, or called it ready.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for the CIO")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        REPLACED = "replaced", _("Replaced")

    version = models.PositiveIntegerField(_("version"))
    # Typed as an object, so that mypy refuses to look into it: ``frozen`` has its fields.
    content: "models.JSONField[Any, object]" = models.JSONField()
    fingerprint = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked"))
    writers = models.JSONField(default=list, db_default=[], blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided on behalf of"),
    )
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        abstract = True

    @property
    def deciders(self) -> set[int | None]:
        """Return the ids of who decided, and for whom: they may undo it."""
        return {self.decided_by_id, self.decided_for_id}

    @property
    def authors(self) -> frozenset[int | None]:
        """Return the ids of those who wrote it or asked for it, and so do not decide on it."""
        return frozenset((self.asked_by_id, *self.writers))

    @property
    def programme(self) -> Programme:
        """Return its programme."""
        raise NotImplementedError

    @property
    def is_outdated(self) -> bool:
        """Tell whether a newer version took its place before anybody decided."""
        return self.state == Version.State.REPLACED and self.decided_at is None
