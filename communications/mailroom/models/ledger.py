"""The states of one mail on its way, shared by all that is sent."""

from typing import ClassVar

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy as _

from communications.mailroom.models.reason import reason_words


class State(models.TextChoices):
    """The life of a posting. Planned, claimed and sending are not final; each has a sweeper."""

    PLANNED = "planned", _("Planned")
    CLAIMED = "claimed", _("Claimed")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    SKIPPED = "skipped", _("Skipped")
    CANCELLED = "cancelled", _("Cancelled")
    IN_DOUBT = "in_doubt", _("In doubt")


OPEN = (State.PLANNED, State.CLAIMED, State.SENDING)


class Posting(models.Model):
    """One mail to one recipient, from plan to outcome.

    ``fence`` names the claim that owns the row: a worker writes only where its own fence still
    stands. ``next_try_at`` holds a row back between two tries. All instants are UTC.
    ``WRITTEN_AT_BEGIN`` names what is stored with the intent, before the body leaves. Where
    ``TELLS_COPIES`` is set, a table that was rebuilt shows that the database was put back.
    """

    WRITTEN_AT_BEGIN: ClassVar[tuple[str, ...]] = ("language", "address", "message_id")
    TELLS_COPIES: ClassVar[bool] = False

    state = models.CharField(max_length=9, choices=State.choices, default=State.PLANNED)
    reason = models.CharField(max_length=200, blank=True)
    due_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True, blank=True)
    fence = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    language = models.CharField(max_length=12, blank=True)
    address = models.CharField(max_length=254, blank=True)
    message_id = models.CharField(max_length=120, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def known_address(self) -> str | None:
        """Return where the body went if its intent was forgotten; None where nobody can know."""
        return None

    @property
    def reason_words(self) -> str:
        """Return why, in words."""
        return reason_words(self.reason)


def postings() -> list[type[Posting]]:
    """Return all that is sent, of whichever floor: each is swept, and held after a restore."""
    return [model for model in apps.get_models() if issubclass(model, Posting)]
