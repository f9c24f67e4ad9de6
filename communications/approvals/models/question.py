"""What somebody who decides wants to know first."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from communications.messages.models.approval import Approval


class QuestionQuerySet(models.QuerySet["Question"]):
    """Words on questions."""

    def open(self) -> "QuestionQuerySet":
        """Keep those without an answer whose version still waits."""
        return self.filter(answered_at=None, approval__state=Approval.State.WAITING)


class Question(models.Model):
    """A question back about one version, which goes on waiting for its decision."""

    approval = models.ForeignKey(
        "communications.Approval", models.CASCADE, related_name="questions"
    )
    text = models.TextField(_("question"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked"))
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["asked_at", "pk"]

    def __str__(self) -> str:
        return self.text
