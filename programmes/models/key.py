"""The keys that a database was used with: their fingerprints, never themselves."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class UsedKey(models.Model):
    """A value that SECRET_KEY has had, or that SECRET_KEY_FALLBACKS named.

    Attributes:
        fingerprint: what is known of it, see ``programmes.queries.key``.
        is_current: whether it is the one that a start expects; at most one is.
        since: when it was recorded, or became the current one for the last time.

    """

    fingerprint = models.CharField(_("fingerprint"), max_length=16, primary_key=True)
    is_current = models.BooleanField()
    since = models.DateTimeField()

    class Meta:
        verbose_name = _("secret key")
        verbose_name_plural = _("secret keys")
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"], condition=Q(is_current=True), name="one_current_key"
            )
        ]

    def __str__(self) -> str:
        return self.fingerprint
