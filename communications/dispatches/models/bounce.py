"""What came back of the mails that a server had taken."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes.scope import Scope


class BounceQuerySet(models.QuerySet["Bounce"]):
    """Words on bounces."""

    def within(self, scope: Scope) -> "BounceQuerySet":
        """Narrow to the programme's mails planned for sites in view."""
        here = self.filter(scope.here("dispatch__message__programme"))
        return here if scope.regions is None else here.filter(site__region__in=scope.regions)


class Bounce(models.Model):
    """A mail that came back: the server took it, and later it could not be delivered.

    A delivery comes back once per kind, however often its report is read. The row of the ledger
    stays ``sent``; whom it was for has not got it. ``dispatch`` and ``site`` are its own.
    """

    class Kind(models.TextChoices):
        HARD = "hard", _("address not valid")
        SOFT = "soft", _("rejected by the mailbox")
        REFUSED = "refused", _("email refused")

    delivery = models.ForeignKey(
        "communications.Delivery",
        models.CASCADE,
        related_name="bounces",
        db_index=False,
        verbose_name=_("delivery"),
    )
    dispatch = models.ForeignKey(
        "communications.Dispatch", models.CASCADE, related_name="+", db_index=False, editable=False
    )
    site = models.ForeignKey(
        "programmes.Site", models.PROTECT, related_name="+", db_index=False, editable=False
    )
    kind = models.CharField(_("kind"), max_length=7, choices=Kind.choices)
    code = models.CharField(_("code"), max_length=11, blank=True)
    reply = models.CharField(_("server reply"), max_length=200, blank=True)
    received_at = models.DateTimeField(_("received"))

    objects = BounceQuerySet.as_manager()

    class Meta:
        verbose_name = _("bounced email")
        verbose_name_plural = _("bounced emails")
        ordering = ["-received_at", "-pk"]
        constraints = [models.UniqueConstraint("delivery", "kind", name="bounce_once")]
        indexes = [models.Index("dispatch", "site", "delivery", name="bounce_of_dispatch")]

    def __str__(self) -> str:
        return f"{self.code} {self.reply}".strip()
