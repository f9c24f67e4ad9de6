"""The one mechanism for the states of translations, for any model that has translated fields."""

import hashlib
import json
from collections.abc import Mapping

from django.conf import settings
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
    text_fingerprint = models.CharField(max_length=64)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("state of a translation")
        verbose_name_plural = _("states of translations")
        constraints = [
            models.UniqueConstraint(
                "content_type", "object_id", "group", "language", name="one_state_per_text"
            )
        ]

    def __str__(self) -> str:
        return f"{self.language}: {self.state}"
