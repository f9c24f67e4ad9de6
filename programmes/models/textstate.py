"""The one mechanism for the states of translations, for any model that has translated fields."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def fingerprint(values: Mapping[str, str]) -> str:
    """Return the SHA-256 of texts by field name: equal exactly where all texts are equal."""
    canonical = json.dumps(dict(values), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


class TextState(models.Model):
    """How far one language of one group of fields is, and from which source it was made.

    ``missing`` is the absence of a text and ``stale`` a source that has changed since; both are
    computed, see ``programmes.queries.texts``.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        REVIEW = "review", _("In review")
        APPROVED = "approved", _("Approved")

    content_type = models.ForeignKey(ContentType, models.CASCADE)
    object_id = models.PositiveBigIntegerField()
    subject = GenericForeignKey("content_type", "object_id")
    group = models.CharField(max_length=20, default="text")
    language = models.CharField(max_length=12)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    source_fingerprint = models.CharField(max_length=64)
    # Of the source of today, if since then somebody has changed its wording only: the text may be
    # sent, and whoever writes it is asked whether it is still right.
    wording_fingerprint = models.CharField(
        max_length=64, blank=True, default="", db_default="", editable=False
    )
    text_fingerprint = models.CharField(max_length=64)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(default=timezone.now)
    # A service wrote it, and nobody has saved it or called it ready since.
    by_machine = models.BooleanField(default=False, db_default=False, editable=False)
    # Ids of the users who wrote it, called it ready or still right, since it was last approved.
    writers: "models.JSONField[Any, Any]" = models.JSONField(
        default=list, db_default=[], blank=True, editable=False
    )

    class Meta:
        verbose_name = _("translation state")
        verbose_name_plural = _("translation states")
        constraints = [
            models.UniqueConstraint(
                "content_type", "object_id", "group", "language", name="one_state_per_text"
            )
        ]

    def __str__(self) -> str:
        return f"{self.language}: {self.state}"

    @property
    def writer(self) -> AbstractBaseUser | None:
        """Return who wrote it, if known; whoever approved it since has not changed it."""
        return None if self.state == self.State.APPROVED else self.changed_by

    @property
    def hands(self) -> set[int]:
        """Return the ids of all who have had a hand in it since it was last approved.

        That is who wrote it, called it ready, or said that it is still right, and nobody who only
        read it: they neither decide on it nor review it.
        """
        last = None if self.state == self.State.APPROVED else self.changed_by_id
        return {*self.writers, *([last] if last else [])}
