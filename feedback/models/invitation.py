"""Who was asked; never whether they answered, nor what."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Segment(models.Model):
    """A group of people that is large enough to be counted, fixed when the survey is approved.

    ``site`` is empty where people of several sites count together, and so are ``region`` and
    ``wave`` (see ``feedback.grouping``). At the close, answers that no figure could count move to a
    coarser segment: without site, then without region, then without wave. ``joined`` is the segment
    that this one became a part of, because too few were asked after all. ``week`` is empty; it was
    the ISO week of the invitation, such as 2026-W48, until November 2026.
    """

    survey = models.ForeignKey("feedback.Survey", models.CASCADE, related_name="segments")
    wave = models.ForeignKey("programmes.Wave", models.PROTECT, null=True, related_name="+")
    region = models.ForeignKey("programmes.Region", models.PROTECT, null=True, related_name="+")
    site = models.ForeignKey("programmes.Site", models.PROTECT, null=True, related_name="+")
    week = models.CharField(max_length=8, blank=True)
    joined = models.ForeignKey("self", models.CASCADE, null=True, related_name="+")

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


class SurveySite(models.Model):
    """In which segment of a survey the people of a site are counted."""

    survey = models.ForeignKey("feedback.Survey", models.CASCADE, related_name="sites")
    site = models.ForeignKey("programmes.Site", models.PROTECT, related_name="+")
    segment = models.ForeignKey("feedback.Segment", models.CASCADE, related_name="sites")

    class Meta:
        verbose_name = _("site of a survey")
        verbose_name_plural = _("sites of surveys")
        constraints = [models.UniqueConstraint("survey", "site", name="site_once_in_survey")]

    def __str__(self) -> str:
        return f"{self.site}: {self.segment}"


class Invitation(models.Model):
    """One personal link to one survey, and in which group its answer counts.

    Answering changes nothing here: whether the link has been used is asked of its token. The
    segment is empty once a survey that asked fewer than k people is closed.
    """

    link = models.OneToOneField(
        "communications.PersonalLink", models.CASCADE, related_name="invitation"
    )
    segment = models.ForeignKey(
        "feedback.Segment", models.PROTECT, null=True, related_name="invitations"
    )

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return f"{self.segment}"
