"""Who was asked, and whether they answered; never what."""

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
    """One personal link to one survey.

    ``nonce_hash`` lets the same form be posted again until ``nonce_until``; both are emptied
    after that, so that no time of an answer is kept.
    """

    link = models.OneToOneField(
        "communications.PersonalLink", models.CASCADE, related_name="invitation"
    )
    segment = models.ForeignKey("feedback.Segment", models.PROTECT, related_name="invitations")
    is_answered = models.BooleanField(default=False)
    nonce_hash = models.CharField(max_length=64, blank=True)
    nonce_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        indexes = [
            models.Index(
                "nonce_until",
                condition=models.Q(nonce_until__isnull=False),
                name="invitation_nonce",
            )
        ]

    def __str__(self) -> str:
        return f"{self.segment}"
