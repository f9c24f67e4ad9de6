"""Who was asked; never whether they answered, nor what."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Segment(models.Model):
    """A group of invited people that is large enough to be counted, fixed at the launch.

    ``site`` is empty where fewer than k people of the site were invited: they count in their
    region. At the close, answers that no figure could count move to a coarser segment: without
    site, then without region, then without wave. ``week`` is the ISO week of the invitation,
    such as 2026-W48; it is empty on a segment made at the close.
    """

    survey = models.ForeignKey("feedback.Survey", models.CASCADE, related_name="segments")
    wave = models.ForeignKey("programmes.Wave", models.PROTECT, null=True, related_name="+")
    region = models.ForeignKey("programmes.Region", models.PROTECT, null=True, related_name="+")
    site = models.ForeignKey("programmes.Site", models.PROTECT, null=True, related_name="+")
    week = models.CharField(max_length=8, blank=True)

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        constraints = [
            models.UniqueConstraint(
                "survey", "wave", "region", "site", "week", name="segment_once", nulls_distinct=None
            )
        ]

    def __str__(self) -> str:
        return f"{self.wave}, {self.site or self.region}, {self.week}"


class Invitation(models.Model):
    """One personal link to one survey, and in which group its answer counts.

    Answering changes nothing here: whether the link has been used is asked of its token.
    """

    link = models.OneToOneField(
        "communications.PersonalLink", models.CASCADE, related_name="invitation"
    )
    segment = models.ForeignKey("feedback.Segment", models.PROTECT, related_name="invitations")

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return f"{self.segment}"
