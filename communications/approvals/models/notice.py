"""Mails to those who decide, answer or try a message: something waits for you."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from communications.mailroom.models.ledger import Posting


class Notice(Posting):
    """One mail to a user that lists what waits for them when it leaves: decisions, or answers.

    A test of a message holds in ``text`` its sender, subject, body and the values of its
    placeholders as they were when it was asked for. It stands in no ledger, so nothing counts it.
    """

    class Kind(models.TextChoices):
        DECIDE = "decide", _("to decide")
        ANSWER = "answer", _("to answer")
        TEST = "test", _("test message")
        REMIND = "remind", _("reminder")
        LEND = "lend", _("delegation")
        HANDED = "handed", _("handed over")
        OWNER = "owner", _("reminder to owners")
        REVIEW = "review", _("to review")
        AGAIN = "again", _("reminder to reviewers")
        TALK = "talk", _("comments on texts")
        SIGN = "sign", _("to agree as sender")
        REVOKE = "revoke", _("sender revoked")
        AGREE = "agree", _("to agree")

    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.DECIDE)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    programme = models.ForeignKey("programmes.Programme", models.CASCADE, related_name="+")
    tested = models.ForeignKey(
        "communications.Message",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("message"),
    )
    text = models.JSONField(_("text"), default=dict, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint("user", "programme", "kind", "due_at", name="notice_once")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.state}"
