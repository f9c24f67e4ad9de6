"""Emails about needs, each once."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from communications.models import Posting


class NeedMail(Posting):
    """The answer to whoever reported a need, or word to its owner that it is theirs.

    ``user`` is None where a stranger left an address, which the need holds until then.
    """

    class Kind(models.TextChoices):
        ANSWER = "answer", _("answer to a need")
        OWNER = "owner", _("owner of a need")

    need = models.ForeignKey("feedback.Need", models.CASCADE, related_name="mails")
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("email about a need")
        verbose_name_plural = _("emails about needs")
        constraints = [
            models.UniqueConstraint(
                "need", condition=models.Q(kind="answer"), name="need_answer_told_once"
            ),
            models.UniqueConstraint(
                "need", "user", condition=models.Q(kind="owner"), name="need_owner_told_once"
            ),
        ]
        indexes = [
            models.Index(
                "due_at",
                condition=models.Q(state__in=["planned", "claimed", "sending"]),
                name="need_mail_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.state}"
