"""How far the database has come: by this a copy that is put back is known."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Watermark(models.Model):
    """The one row that tells a database from a copy of it (see ``services.watermark``).

    ``line`` is drawn when the first worker comes, and a copy has it too. ``number`` counts claims
    and looks. ``place`` is where the database lay, and ``life`` which of its lives it was, when a
    worker last looked. ``known_until`` is the last moment (UTC) that a held database knows of.
    """

    ONLY = 1

    line = models.CharField(max_length=16)
    number = models.BigIntegerField(default=0)
    place = models.CharField(max_length=400)
    life = models.CharField(max_length=8)
    known_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("watermark")
        verbose_name_plural = _("watermarks")

    def __str__(self) -> str:
        return f"{self.line} {self.number}"


class Sign(models.TextChoices):
    """What shows that a database was put back or copied."""

    MOVED = "moved", _("it is a copy, or was restored from a backup")
    BEHIND = "behind", _("emails were sent that it has no record of")
    SILENT = "silent", _("it was offline, and may be a copy")
