"""What somebody on site lacks, from the report to its answer."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from programmes.scope import Scope

LONGEST_NEED = 500
LONGEST_ANSWER = 2000
# Of what a list, a trail or a toast calls it.
LONGEST_NAME = 80


class NeedQuerySet(models.QuerySet["Need"]):
    """Words on needs."""

    def within(self, scope: Scope) -> "NeedQuerySet":
        """Narrow to the programme's needs: of the regions in view, and of the streams led."""
        here = self.filter(scope.here())
        if scope.regions is None and not scope.led:
            return here
        own = Q(stream__in=scope.led)
        if scope.regions is not None:
            own |= Q(site__region__in=scope.regions)
        return here.filter(own)

    def open(self) -> "NeedQuerySet":
        """Keep those without an answer, of their own or of the one they were joined with."""
        return self.filter(answered_at=None, joined_to__answered_at=None)

    def unjoined(self) -> "NeedQuerySet":
        """Keep those that stand by themselves."""
        return self.filter(joined_to=None)


class Need(models.Model):
    """What somebody lacks, where, and how it holds people up.

    What is joined with another one counts there, and is studied and answered with it; the site,
    the language and the reporter stay its own. ``version`` counts what was done to it, so that
    nobody writes over what they have not seen.

    Attributes:
        language: the code of the language that the reporter writes and reads.
        reported_by: None where a stranger reported it, or the account is gone.
        address: where a stranger wants the answer; empty once it has left, or after a year.
        studied_at: since when it has an owner, an instant (UTC).
        due_on: the day until which the owner answers.
        stream: whose field it is, if it is one's.
        outcome: what the answer comes to; empty without one.

    """

    class Effect(models.TextChoices):
        STOPS = "stops", _("Work stops")
        SLOWS = "slows", _("Work is slower")
        HELPS = "helps", _("It would help")

    class Stage(models.TextChoices):
        RECEIVED = "received", _("Received")
        STUDIED = "studied", _("Being studied")
        ANSWERED = "answered", _("Answered")

    class Outcome(models.TextChoices):
        DONE = "done", _("It is done")
        WILL = "will", _("We will do it")
        WILL_NOT = "will_not", _("We will not do it")

    programme = models.ForeignKey("programmes.Programme", models.CASCADE, related_name="needs")
    site = models.ForeignKey(
        "programmes.Site", models.PROTECT, related_name="needs", verbose_name=_("site")
    )
    what = models.CharField(_("what is missing"), max_length=LONGEST_NEED)
    effect = models.CharField(_("effect"), max_length=5, choices=Effect.choices)
    language = models.CharField(_("language"), max_length=12)
    reported_at = models.DateTimeField(_("reported"))
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="needs_reported",
        verbose_name=_("reported by"),
    )
    address = models.EmailField(blank=True, editable=False)
    joined_to = models.ForeignKey(
        "feedback.Need",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="joined",
        verbose_name=_("joined with"),
    )
    studied_at = models.DateTimeField(_("studied since"), null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="needs_owned",
        verbose_name=_("owner"),
    )
    due_on = models.DateField(_("answer by"), null=True, blank=True)
    stream = models.ForeignKey(
        "programmes.Stream",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="needs",
        verbose_name=_("stream"),
    )
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        ordering = ["-reported_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, outcome="")
                | (Q(answered_at__isnull=False) & ~Q(outcome="")),
                name="need_answer_has_outcome",
            ),
            models.CheckConstraint(
                condition=Q(joined_to=None) | (~Q(joined_to=F("id")) & Q(answered_at=None)),
                name="need_joined_has_no_answer",
            ),
        ]

    def __str__(self) -> str:
        words = " ".join(self.what.split())
        return words if len(words) <= LONGEST_NAME else f"{words[: LONGEST_NAME - 1].rstrip()}…"

    @property
    def lead(self) -> "Need":
        """Return the need that is studied and answered: itself, or the one it was joined with."""
        return self.joined_to or self

    @property
    def stage(self) -> str:
        """Return how far it is, a key of ``Stage``."""
        if self.lead.answered_at:
            return self.Stage.ANSWERED
        return self.Stage.STUDIED if self.lead.studied_at else self.Stage.RECEIVED

    def is_overdue(self, today: date) -> bool:
        """Tell whether its answer was due before a day, and is not given."""
        due_on = self.lead.due_on
        return self.stage == self.Stage.STUDIED and due_on is not None and due_on < today


class NeedAnswer(models.Model):
    """The answer in one language: that of the reporter, and of those it was joined with."""

    need = models.ForeignKey("feedback.Need", models.CASCADE, related_name="answers")
    language = models.CharField(_("language"), max_length=12)
    text = models.TextField(_("answer"), max_length=LONGEST_ANSWER)

    class Meta:
        verbose_name = _("answer to a need")
        verbose_name_plural = _("answers to needs")
        constraints = [
            models.UniqueConstraint("need", "language", name="need_answer_once_in_language")
        ]

    def __str__(self) -> str:
        return f"{self.need} ({self.language})"
