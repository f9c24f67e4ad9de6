"""What somebody typed into a form and has not saved yet."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models

LONGEST_FORM = 500
KEPT_FOR = timedelta(days=30)


class DraftQuerySet(models.QuerySet["Draft"]):
    """Words on drafts."""

    def of_form(self, user_id: int | None, form: str) -> "DraftQuerySet":
        """Keep the one that this user typed into this form."""
        return self.filter(user=user_id, form=form)

    def left_before(self, now: datetime) -> "DraftQuerySet":
        """Keep those that nobody has typed in for 30 days."""
        return self.filter(typed_at__lt=now - KEPT_FOR)


class Draft(models.Model):
    """The fields of one form as one person left them; nobody else reads them.

    Attributes:
        form: the address that the form is sent to, with its query.
        fields: name → its values, as the browser would send them; no files, no secrets.
        typed_at: when they came in.

    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    form = models.CharField(max_length=LONGEST_FORM)
    fields = models.JSONField(default=dict)
    typed_at = models.DateTimeField(db_index=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("user", "form", name="one_draft_a_form")]

    def __str__(self) -> str:
        return self.form
