"""A link by which a kit is read without an account."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programmes.models import WaveSite
from programmes.models.programme import WaveSiteQuerySet
from programmes.scope import Scope


class KitLinkQuerySet(models.QuerySet["KitLink"]):
    """Words on links to kits."""

    def within(self, scope: Scope) -> "KitLinkQuerySet":
        """Narrow to the links to the programme's kits of regions in view."""
        here = self.filter(scope.here("wave__programme"))
        return here if scope.regions is None else here.filter(region__in=scope.regions)

    def valid(self, now: datetime) -> "KitLinkQuerySet":
        """Narrow to the links that still open something."""
        return self.filter(withdrawn_at=None, expires_at__gt=now)


class KitLink(models.Model):
    """Opens the kit of a wave in a region, or at one ``site`` of it, to whoever has it.

    The address holds ``nonce`` and a signature of it, so that nobody makes an address who has read
    this table alone; see ``communications.kits.queries.kit_link``.
    """

    wave = models.ForeignKey("programmes.Wave", models.CASCADE, related_name="kit_links")
    region = models.ForeignKey("programmes.Region", models.CASCADE, related_name="+")
    site = models.ForeignKey(
        "programmes.Site",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("site"),
    )
    nonce = models.CharField(max_length=16, unique=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("created by"),
    )
    made_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("valid until"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects = KitLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("kit link")
        verbose_name_plural = _("kit links")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.site or self.region}, {self.wave}"

    def places(self) -> WaveSiteQuerySet:
        """Return the sites that it opens, while their wave has a kit."""
        own = Q(site=self.site_id) if self.site_id else Q(site__region=self.region_id)
        places: WaveSiteQuerySet = WaveSite.objects.filter(own, wave=self.wave_id)
        return places.filter(wave__handed_over_on=None)
