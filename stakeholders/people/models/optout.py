"""Who has opted out of the messages of a programme that allow it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OptOut(models.Model):
    """A person gets no message of a programme that may be opted out of, since an instant (UTC).

    Only the person's own link makes and removes one; personnel files know nothing of it.
    """

    programme = models.ForeignKey(
        "programmes.Programme",
        models.CASCADE,
        related_name="+",
        db_index=False,
        verbose_name=_("programme"),
    )
    person = models.ForeignKey(
        "Person",
        models.CASCADE,
        related_name="opt_outs",
        db_index=False,
        verbose_name=_("person"),
    )
    at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("opt-out")
        verbose_name_plural = _("opt-outs")
        constraints = [models.UniqueConstraint("person", "programme", name="opt_out_once")]

    def __str__(self) -> str:
        return f"{self.person}: {self.programme}"
