"""What readiness rests on: thresholds, overrides, and what the clock last counted.

The rules themselves are code (see ``programmes.queries.readiness``); here is what people set.
"""

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes.scope import Scope

LONGEST_OVERRIDE_DAYS = 60


class Verdict(models.TextChoices):
    """The state of a wave."""

    NOT_STARTED = "not_started", _("Not started")
    ON_TRACK = "on_track", _("On track")
    AT_RISK = "at_risk", _("At risk")
    OFF_TRACK = "off_track", _("Off track")


class ThresholdQuerySet(models.QuerySet["Threshold"]):
    """Words on thresholds."""

    def within(self, scope: Scope) -> "ThresholdQuerySet":
        """Narrow to those of the programme in view."""
        return self.filter(scope.here())


class Threshold(models.Model):
    """What a rule asks for in a programme, since when, by whom and why.

    Rows are only added: the latest of a rule counts, the others are its history.

    Attributes:
        rule: the key of the rule.
        steps: pairs of days before the go-live and percent, the earliest first. From that many
            days on, at least so much is asked for; before the first, the rule does not count.
        owner: who sees to it that the rule is met.

    """

    programme = models.ForeignKey("programmes.Programme", models.CASCADE, related_name="thresholds")
    rule = models.CharField(_("rule"), max_length=40)
    steps: "models.JSONField[list[list[int]], list[list[int]]]" = models.JSONField(_("thresholds"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    reason = models.TextField(_("reason"))
    set_at = models.DateTimeField(_("set"))
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = ThresholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("readiness threshold")
        verbose_name_plural = _("readiness thresholds")
        ordering = ["-set_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.programme}: {self.rule}"


class OverrideQuerySet(models.QuerySet["Override"]):
    """Words on overrides."""

    def within(self, scope: Scope) -> "OverrideQuerySet":
        """Narrow to those of waves that have a site in view."""
        here = self.filter(scope.here("wave__programme"))
        if scope.regions is None:
            return here
        return here.filter(wave__wave_sites__site__region__in=scope.regions).distinct()

    def in_force_on(self, today: date) -> "OverrideQuerySet":
        """Narrow to those that nobody ended and whose last day has not passed."""
        return self.filter(ended_at=None, until_on__gte=today)


class Override(models.Model):
    """A state that somebody gives a wave in place of the rules' own, with reason and end.

    Attributes:
        until_on: its last day (UTC); the day after, the rules count again.
        ended_at: when somebody ended it before; a later override ends the one before it.
        seen_at: when a decider said, shortly before its last day, to let it expire.

    """

    wave = models.ForeignKey("programmes.Wave", models.CASCADE, related_name="overrides")
    verdict = models.CharField(
        _("state"),
        max_length=11,
        choices=[each for each in Verdict.choices if each[0] != Verdict.NOT_STARTED],
    )
    reason = models.TextField(_("reason"))
    until_on = models.DateField(_("until"))
    made_at = models.DateTimeField(_("set"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    seen_at = models.DateTimeField(_("left to expire"), null=True, blank=True)

    objects = OverrideQuerySet.as_manager()

    class Meta:
        verbose_name = _("readiness override")
        verbose_name_plural = _("readiness overrides")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "wave",
                condition=models.Q(ended_at__isnull=True),
                name="one_override_a_wave",
                violation_error_message=_("This wave has an override. End it first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.wave}: {self.get_verdict_display()}"

    def clean(self) -> None:
        """Raise ValidationError for a last day that has passed, or is far ahead."""
        days = (self.until_on - self.made_at.date()).days
        if days < 0:
            raise ValidationError({"until_on": _("Enter today or a later day.")})
        if days > LONGEST_OVERRIDE_DAYS:
            text = _("An override lasts at most %(n)d days. Enter an earlier day.")
            raise ValidationError({"until_on": text % {"n": LONGEST_OVERRIDE_DAYS}})


class RuleCount(models.Model):
    """What the clock last counted for a rule in a wave, and since when its state is what it is.

    Boards read these; states follow from them, the thresholds and the day.

    Attributes:
        state: the state at the last count.
        since: when the clock first found that state after another one.
        done: how many of ``total`` fulfil the rule.
        people: how many people it is about who do not, where that is another number.
        goal: the percent asked for where somebody set it elsewhere, such as in a survey.
        target: the id of what the list of the rule belongs to, such as a survey.

    """

    wave = models.ForeignKey("programmes.Wave", models.CASCADE, related_name="rule_counts")
    rule = models.CharField(max_length=40)
    state = models.CharField(max_length=11)
    since = models.DateTimeField()
    done = models.PositiveIntegerField()
    total = models.PositiveIntegerField()
    people = models.PositiveIntegerField(default=0)
    goal = models.PositiveSmallIntegerField(
        null=True, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    target = models.BigIntegerField(null=True)
    counted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("readiness rule count")
        verbose_name_plural = _("readiness rule counts")
        constraints = [models.UniqueConstraint(fields=["wave", "rule"], name="rule_once_a_wave")]

    def __str__(self) -> str:
        return f"{self.wave}: {self.rule}"
