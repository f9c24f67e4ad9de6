"""Files of translations that were brought in by a page, and what came of them."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programmes.database.lease import Leased
from programmes.scope import Scope


class TextImportQuerySet(models.QuerySet["TextImport"]):
    """Words on imports of texts."""

    def within(self, scope: Scope) -> "TextImportQuerySet":
        """Narrow to the user's own of the programme in view."""
        return self.filter(scope.here(), by=scope.user_id)


class TextImport(Leased):
    """One file, from its upload to its report. Only who brought it in sees it.

    Attributes:
        content: the file, until it is done.
        units_done: how many of ``units_total`` texts a worker has taken or refused; each step is
            written with the texts that it saves, so that a second worker goes on from there.
        refused: what was not taken: ``id``, ``language``, ``text`` (the English) and ``reason``.
        problem: why the file as a whole was given up; empty if it was not.

    """

    class State(models.TextChoices):
        """Its life; ``waiting`` has a sweeper (the pump)."""

        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")

    programme = models.ForeignKey("programmes.Programme", models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    file_name = models.CharField(max_length=255)
    content = models.BinaryField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    units_total = models.PositiveIntegerField(default=0)
    units_done = models.PositiveIntegerField(default=0)
    saved = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused: "models.JSONField[list[Mapping[str, Any]], Any]" = models.JSONField(default=list)
    problem = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = TextImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of texts")
        verbose_name_plural = _("imports of texts")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index("at", condition=Q(state="waiting"), name="textimport_waiting"),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING
