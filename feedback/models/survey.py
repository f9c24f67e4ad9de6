"""A satisfaction pulse and its four questions."""

from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from communications.models import Approval, Message
from programmes.scope import Scope

SMALLEST_GROUP = 5


class SurveyQuerySet(models.QuerySet["Survey"]):
    """Words on surveys."""

    def within(self, scope: Scope) -> "SurveyQuerySet":
        """Narrow to the surveys whose invitation is in view; watchers see all of them.

        Who leads a stream also sees those that ask about the change as a whole, which name no
        service and no impact.
        """
        here = self.filter(scope.here())
        if scope.led:
            named = Message.objects.within(scope).order_by().values("pk")
            whole = models.Q(invitation__services=None, invitation__answers=None)
            return here.filter(models.Q(invitation__in=named) | whole & _approved())
        if scope.regions is None:
            return here
        return here.filter(invitation__in=Message.objects.within(scope).order_by().values("pk"))


def _approved() -> models.Q:
    standing = Approval.objects.standing().order_by().values("message")
    return models.Q(invitation__in=standing)


class Survey(models.Model):
    """A short questionnaire, sent with its own message, which holds audience and schedule.

    ``smallest_group`` is k: no figure stands on fewer answers. ``open_days`` after its mail a
    link expires. ``closed_at`` is set once, with the last edition. ``is_settled`` tells that each
    group has asked k people, as far as invitations have left.
    """

    programme = models.ForeignKey("programmes.Programme", models.CASCADE, related_name="surveys")
    name = models.CharField(_("name"), max_length=120)
    invitation = models.OneToOneField(
        "communications.Message", models.PROTECT, related_name="survey"
    )
    smallest_group = models.PositiveSmallIntegerField(
        _("smallest group shown"),
        default=SMALLEST_GROUP,
        validators=[MinValueValidator(SMALLEST_GROUP), MaxValueValidator(100)],
    )
    open_days = models.PositiveSmallIntegerField(
        _("days to answer"),
        default=14,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
    )
    goal_percent = models.PositiveSmallIntegerField(
        _("goal: satisfied (%)"), default=75, validators=[MaxValueValidator(100)]
    )
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_settled = models.BooleanField(default=False, editable=False)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name

    def is_open(self, now: datetime) -> bool:
        """Tell whether answers are still taken."""
        return self.closed_at is None or self.closed_at > now


class Question(models.Model):
    """One question; its kind fixes its answers."""

    class Kind(models.TextChoices):
        CSAT = "csat", _("Satisfaction, 1 to 5")
        NPS = "nps", _("Recommendation, 0 to 10")
        CHOICE = "choice", _("One choice")
        COMMENT = "comment", _("Comment")

    survey = models.ForeignKey("feedback.Survey", models.CASCADE, related_name="questions")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    order = models.PositiveSmallIntegerField(_("order"))
    text = models.CharField(_("question"), max_length=240)
    is_required = models.BooleanField(_("required"), default=False)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["order"]
        constraints = [models.UniqueConstraint("survey", "kind", name="kind_once_in_survey")]

    def __str__(self) -> str:
        return self.text


class Option(models.Model):
    """One answer of a choice."""

    question = models.ForeignKey("feedback.Question", models.CASCADE, related_name="options")
    order = models.PositiveSmallIntegerField(_("order"))
    text = models.CharField(_("answer"), max_length=120)

    class Meta:
        verbose_name = _("answer option")
        verbose_name_plural = _("answer options")
        ordering = ["order"]

    def __str__(self) -> str:
        return self.text
