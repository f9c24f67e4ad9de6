"""A decision on exactly one content."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from django.db import models
from django.utils.translation import gettext_lazy as _

from communications.messages.models.content import Content
from communications.messages.models.message import Message
from communications.messages.models.version import Version, VersionQuerySet
from programmes.models import Programme
from programmes.scope import Scope
from programmes.timing import Span
from stakeholders.audiences.models.rule import Rule

MOVE, PASS = "move", "pass"


def days_of(span: Span) -> str:
    """Return the key under which a decision about a blackout is kept: other days, another one."""
    return f"{span.first_on.isoformat()}/{span.last_on.isoformat()}"


class ApprovalQuerySet(VersionQuerySet["Approval"]):
    """Words on approvals."""

    def within(self, scope: Scope) -> "ApprovalQuerySet":
        """Narrow to what touches a region in view; who reads no drafts sees what stands.

        Who leads a stream sees what stands and concerns it.
        """
        here = self.filter(scope.here("message__programme"))
        if scope.led:
            own = Message.objects.concerning(scope.led).order_by().values("pk")
            seen = models.Q(state=Approval.State.APPROVED, message__in=own)
            if scope.regions is not None:
                there = Approval.objects.within(scope.of_plan)
                seen |= models.Q(pk__in=there.order_by().values("pk"))
            return here.filter(seen)
        if scope.regions is None:
            return here if scope.reads_drafts else here.standing()
        # Told apart by their keys alone: comparing their contents takes longer than the rest.
        there = self.model.objects.filter(regions__in=scope.regions)
        return here.filter(pk__in=there.order_by().values("pk"))


class Approval(Version):
    """One version of a message as it was shown for decision, frozen.

    ``content`` is what ``frozen`` is stored as, and ``fingerprint`` its SHA-256. At most one
    version of a message waits and at most one stands approved. ``regions`` are those that the
    audience touched when it was asked for; ``writers`` the ids of the users who had written what
    had not been approved before, or called it ready.
    """

    message = models.ForeignKey("communications.Message", models.CASCADE, related_name="approvals")
    regions = models.ManyToManyField("programmes.Region", related_name="+")
    # What was decided about blackouts that meet its moments: by their days, ``move`` or ``pass``.
    blackouts: "models.JSONField[dict[str, str], dict[str, str]]" = models.JSONField(
        default=dict, db_default={}, blank=True, editable=False
    )

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
        return super().authors | {self.message.written_by_id}

    def stopped_by(self, blackouts: Sequence[Span]) -> Sequence[Span]:
        """Leave out the blackouts that it was allowed to pass."""
        if not self.blackouts:
            return blackouts
        return [span for span in blackouts if self.blackouts.get(days_of(span)) != PASS]

    @property
    def programme(self) -> Programme:
        """Return its programme."""
        return self.message.programme
