"""A stream of the project team: its members, its milestones, and what its leader says a week."""

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes.database.removal import Removable, RemovableQuerySet
from programmes.models.programme import Programme
from programmes.scope import Scope


class StreamQuerySet(models.QuerySet["Stream"]):
    """Words on streams."""

    def within(self, scope: Scope) -> "StreamQuerySet":
        """Narrow to the programme in view."""
        return self.filter(scope.here())

    def of(self, programme: Programme) -> "StreamQuerySet":
        return self.filter(programme=programme)


class Stream(models.Model):
    """A field of activity of the project team."""

    programme = models.ForeignKey("programmes.Programme", models.CASCADE, related_name="streams")
    name = models.CharField(_("name"), max_length=80)
    purpose = models.TextField(_("purpose"), blank=True)

    objects = StreamQuerySet.as_manager()

    class Meta:
        verbose_name = _("stream")
        verbose_name_plural = _("streams")
        ordering = ["name"]
        constraints = [models.UniqueConstraint("programme", "name", name="stream_name_once")]

    def __str__(self) -> str:
        return self.name


class MemberQuerySet(RemovableQuerySet["Member"]):
    """Words on members."""

    def within(self, scope: Scope) -> "MemberQuerySet":
        """Narrow to the programme in view."""
        return self.filter(scope.here("stream__programme"))


class Member(Removable):
    """Somebody of the project team who works in a stream, of one of its three employers."""

    class Employer(models.TextChoices):
        GROUP = "group", _("The group")
        PROVIDER = "provider", _("The provider")
        CONSULTANCY = "consultancy", _("A consultancy")

    stream = models.ForeignKey("programmes.Stream", models.CASCADE, related_name="members")
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("work email"), blank=True)
    employer = models.CharField(_("employer"), max_length=12, choices=Employer.choices)
    work = models.CharField(_("what they do"), max_length=120, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("stream member")
        verbose_name_plural = _("stream members")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class MilestoneQuerySet(RemovableQuerySet["Milestone"]):
    """Words on milestones."""

    def within(self, scope: Scope) -> "MilestoneQuerySet":
        """Narrow to the programme in view."""
        return self.filter(scope.here("stream__programme"))


class Milestone(Removable):
    """A moment that a stream works towards. Whether it is late is computed, never stored."""

    stream = models.ForeignKey("programmes.Stream", models.CASCADE, related_name="milestones")
    name = models.CharField(_("milestone"), max_length=120)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = [models.F("due_on").asc(nulls_last=True), "pk"]

    def __str__(self) -> str:
        return self.name

    def days_late_on(self, today: date) -> int:
        """Return by how many days it is late, or was when it was done; 0 if it is not."""
        if self.due_on is None:
            return 0
        return max(0, ((self.done_on or today) - self.due_on).days)


class StreamUpdateQuerySet(models.QuerySet["StreamUpdate"]):
    """Words on updates."""

    def within(self, scope: Scope) -> "StreamUpdateQuerySet":
        """Narrow to the programme in view."""
        return self.filter(scope.here("stream__programme"))

    def sent(self) -> "StreamUpdateQuerySet":
        """Keep those that were sent."""
        return self.filter(sent_at__isnull=False)

    def in_need(self) -> "StreamUpdateQuerySet":
        """Keep those sent that name a need without an answer."""
        return self.sent().filter(answered_at=None).exclude(need="")

    def answered(self) -> "StreamUpdateQuerySet":
        """Keep those that name a need with an answer."""
        return self.sent().filter(answered_at__isnull=False).exclude(need="")

    def answerable(self, scope: Scope) -> "StreamUpdateQuerySet":
        """Keep those that the user may answer: all who decides, else what was handed to them."""
        return self if scope.may("approval.decide") else self.filter(handed_to=scope.user_id)


class StreamUpdate(models.Model):
    """How a stream leader judges the week: a draft until it is sent, open to correction until read.

    Attributes:
        week_on: the Monday of the week.
        judgement: what the leader says.
        proposed: what the rules said at that moment (see ``programmes.queries.judgement``).
        sentence: what worries the leader, or why the judgement is another.
        need: what the stream needs, and from whom.
        moved: what happened, as facts (see ``programmes.queries.moves``).
        answer: what was decided about the need.
        answered_for: for whom, where a delegate answered.
        handed_to: who is to answer in place of the decider.
        saved_at: the last change; whoever saves names the one they saw.
        saved_by: who made it.

    """

    class Judgement(models.TextChoices):
        ON = "on", _("On track")
        RISK = "risk", _("At risk")
        OFF = "off", _("Off track")

    stream = models.ForeignKey("programmes.Stream", models.CASCADE, related_name="updates")
    week_on = models.DateField(_("week"))
    judgement = models.CharField(
        _("judgement"), max_length=4, choices=Judgement.choices, blank=True
    )
    proposed = models.CharField(_("proposed"), max_length=4, choices=Judgement.choices)
    sentence = models.TextField(_("concerns"), blank=True)
    need = models.CharField(_("need"), max_length=240, blank=True)
    moved = models.JSONField(default=list, blank=True)
    saved_at = models.DateTimeField(_("saved"))
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("saved by"),
    )
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    opened_at = models.DateTimeField(_("read"), null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    answer = models.TextField(_("answer"), blank=True, default="", db_default="")
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    answered_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered on behalf of"),
    )
    handed_at = models.DateTimeField(_("handed over"), null=True, blank=True)
    handed_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("handed over to"),
    )

    objects = StreamUpdateQuerySet.as_manager()

    class Meta:
        verbose_name = _("stream update")
        verbose_name_plural = _("stream updates")
        ordering = ["-week_on", "-pk"]
        constraints = [models.UniqueConstraint("stream", "week_on", name="one_update_a_week")]

    def __str__(self) -> str:
        return f"{self.stream}, {self.week_on}"


def week_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())
