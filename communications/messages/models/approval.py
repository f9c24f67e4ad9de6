"""A decision on exactly one content."""

from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from communications.messages.models.content import Content
from communications.messages.models.message import Message
from programmes.scope import Scope
from stakeholders.audiences.models.rule import Rule


class ApprovalQuerySet(models.QuerySet["Approval"]):
    """Words on approvals."""

    def within(self, scope: Scope) -> "ApprovalQuerySet":
        """Narrow to what touches a region in view; who reads no drafts sees what stands."""
        here = self.filter(scope.here("message__programme"))
        if scope.regions is None:
            return here if scope.reads_drafts else here.standing()
        return here.filter(regions__in=scope.regions).distinct()

    def waiting(self) -> "ApprovalQuerySet":
        """Keep those that nobody has decided."""
        return self.filter(state=Approval.State.WAITING)

    def standing(self) -> "ApprovalQuerySet":
        """Keep those whose content may be sent."""
        return self.filter(state=Approval.State.APPROVED)

    def once_given(self) -> "ApprovalQuerySet":
        """Keep those that were approved, even if they were withdrawn or replaced since."""
        ended = models.Q(state=Approval.State.REPLACED, decided_at__isnull=False)
        given = (Approval.State.APPROVED, Approval.State.WITHDRAWN)
        return self.filter(ended | models.Q(state__in=given))


class Approval(models.Model):
    """One version of a message as it was shown for decision, frozen.

    ``content`` is what ``frozen`` is stored as, and ``fingerprint`` its SHA-256. At most one
    version of a message waits and at most one stands approved. ``regions`` are those that the
    audience touched when it was asked for; ``writers`` the ids of the users who had written what
    had not been approved before, or called it ready.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for the CIO")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        REPLACED = "replaced", _("Replaced")

    message = models.ForeignKey("communications.Message", models.CASCADE, related_name="approvals")
    version = models.PositiveIntegerField(_("version"))
    # Typed as an object, so that mypy refuses to look into it: ``frozen`` has its fields.
    content: "models.JSONField[Any, object]" = models.JSONField()
    fingerprint = models.CharField(max_length=64)
    regions = models.ManyToManyField("programmes.Region", related_name="+")
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
    reason = models.TextField(_("reason"), blank=True)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint("message", "version", name="version_once"),
            models.UniqueConstraint(
                "message", condition=models.Q(state="waiting"), name="one_version_waits"
            ),
            models.UniqueConstraint(
                "message", condition=models.Q(state="approved"), name="one_version_stands"
            ),
        ]

    # What was parsed last, and what became of it.
    _parsed: tuple[object, Content] | None = None

    def __str__(self) -> str:
        return f"{self.message}, {self.version}"

    @classmethod
    def of_draft(
        cls, message: Message, rule: Rule, decided_at: datetime | None = None
    ) -> "Approval":
        """Return the version that a draft would be for a rule, unsaved and without its texts."""
        content = Content.of_draft(message, rule).to_json()
        return cls(message=message, content=content, decided_at=decided_at)

    @property
    def frozen(self) -> Content:
        """Return the content, parsed once as long as it is not replaced.

        Raises:
            KeyError, TypeError, ValueError: it is broken, or of a later version.
        """
        if self._parsed is None or self._parsed[0] is not self.content:
            parsed = Content.from_json(cast(dict[str, Any], self.content))
            self._parsed = (self.content, parsed)
        return self._parsed[1]

    @property
    def authors(self) -> frozenset[int | None]:
        """Return the ids of those who wrote it or asked for it, and so do not decide on it."""
        return frozenset((self.asked_by_id, self.message.written_by_id, *self.writers))

    @property
    def is_outdated(self) -> bool:
        """Tell whether a newer version took its place before anybody decided."""
        return self.state == Approval.State.REPLACED and self.decided_at is None
