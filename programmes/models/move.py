"""That a go-live, or the hand-over of a live wave, was moved: when, from what to what, and why."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes.scope import Scope


class MoveQuerySet(models.QuerySet["Move"]):
    """Words on moves."""

    def within(self, scope: Scope) -> "MoveQuerySet":
        """Narrow to the moves of the programme's waves and of sites in view."""
        here = self.filter(scope.here("wave__programme"))
        if scope.regions is None:
            return here
        own = models.Q(site__region__in=scope.regions)
        whole = models.Q(site=None, wave__wave_sites__site__region__in=scope.regions)
        return here.filter(own | whole).distinct()

    def standing(self) -> "MoveQuerySet":
        """Leave out those that were undone."""
        return self.filter(undone_at=None)


class Move(models.Model):
    """One step: a date with all that moved along, undone as one as long as nothing went out.

    Without a ``site`` the whole wave moved. ``kept`` is what each mover needs to undo its part, by
    the mover's key (see ``programmes.queries.shift``).
    """

    class What(models.TextChoices):
        GO_LIVE = "go_live", _("Go-live")
        HAND_OVER = "hand_over", _("Hand-over")

    wave = models.ForeignKey("programmes.Wave", models.CASCADE, related_name="moves")
    site = models.ForeignKey(
        "programmes.Site", models.PROTECT, null=True, blank=True, related_name="+"
    )
    what = models.CharField(_("what"), max_length=9, choices=What.choices, default=What.GO_LIVE)
    before_on = models.DateField(_("before"))
    after_on = models.DateField(_("after"))
    why = models.TextField(_("reason"), blank=True)
    # Typed as an object, so that mypy refuses to look into it: each mover reads its own part.
    kept: "models.JSONField[Any, Any]" = models.JSONField(default=dict, editable=False)
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    moved_at = models.DateTimeField(_("moved"))
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    objects = MoveQuerySet.as_manager()

    class Meta:
        verbose_name = _("move")
        verbose_name_plural = _("moves")
        ordering = ["-moved_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.site or self.wave}: {self.before_on} → {self.after_on}"
