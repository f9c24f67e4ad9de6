"""Who has power over the change or an interest in it, and how each was judged over time."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programmes.database.removal import Removable, RemovableQuerySet
from programmes.models import Programme
from programmes.scope import Scope

MOST = 100
HALF = 50
# What a review judges, in the order in which it is told.
JUDGED = ("power", "interest", "interest_wanted", "engagement", "engagement_wanted")


class Engagement(models.TextChoices):
    """How somebody stands to the change, from furthest away to nearest."""

    UNAWARE = "unaware", _("Unaware")
    RESISTANT = "resistant", _("Resistant")
    NEUTRAL = "neutral", _("Neutral")
    SUPPORTIVE = "supportive", _("Supportive")
    LEADING = "leading", _("Leading")


STEPS = {key: step for step, key in enumerate(Engagement.values)}


class StakeholderQuerySet(RemovableQuerySet["Stakeholder"]):
    """Words on stakeholders."""

    def within(self, scope: Scope) -> "StakeholderQuerySet":
        """Narrow to all, or to those of the user's own streams and regions, or to nobody."""
        if not scope.may("register.read"):
            return self.none()
        here = self.filter(scope.here())
        if scope.may("register.all"):
            return here
        own = Q(stream__in=scope.streams or ()) | Q(region__in=scope.regions or ())
        return here.filter(own)

    def of(self, programme: Programme) -> "StakeholderQuerySet":
        return self.filter(programme=programme)


def _out_of_a_hundred(label: Any, **kwargs: Any) -> "models.PositiveSmallIntegerField[Any, Any]":
    top = [MaxValueValidator(MOST)]
    return models.PositiveSmallIntegerField(label, validators=top, **kwargs)


class Stakeholder(Removable):
    """A person or a group whose stand decides whether the change is adopted.

    Attributes:
        part: what they are to the programme, such as “Sponsor”.
        persona: whose people the group is, at the sites of ``region`` if it has one.
        size: how many belong to a group that is no persona.
        region: whose regional IT manager reads the entry; without one nobody's.
        stream: whose leader reads and writes the entry; without one nobody's.
        power: over the change, from 0 (none) to 100.
        interest: in the change, likewise; ``interest_wanted`` is aimed for, if that is known.
        notes: what regions do not read.

    """

    class Kind(models.TextChoices):
        GROUP = "group", _("Group")
        PERSON = "person", _("Person")

    programme = models.ForeignKey(
        "programmes.Programme", models.CASCADE, related_name="stakeholders"
    )
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices, default=Kind.GROUP)
    name = models.CharField(_("name"), max_length=120)
    part = models.CharField(_("role in the programme"), max_length=120, blank=True)
    persona = models.ForeignKey(
        "stakeholders.Persona",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="stakeholders",
        verbose_name=_("persona"),
    )
    size = models.PositiveIntegerField(_("people"), null=True, blank=True)
    region = models.ForeignKey(
        "programmes.Region",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("region"),
    )
    stream = models.ForeignKey(
        "programmes.Stream",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="stakeholders",
        verbose_name=_("stream"),
    )
    power = _out_of_a_hundred(_("power"))
    interest = _out_of_a_hundred(_("interest"))
    interest_wanted = _out_of_a_hundred(_("target interest"), null=True, blank=True)
    engagement = models.CharField(
        _("current engagement"), max_length=10, choices=Engagement, default=Engagement.UNAWARE
    )
    engagement_wanted = models.CharField(
        _("target engagement"), max_length=10, choices=Engagement, default=Engagement.SUPPORTIVE
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    next_action = models.CharField(_("next action"), max_length=160, blank=True)
    next_action_on = models.DateField(_("next action date"), null=True, blank=True)
    notes = models.TextField(_("notes"), blank=True)

    objects = StakeholderQuerySet.as_manager()

    class Meta:
        verbose_name = _("stakeholder")
        verbose_name_plural = _("stakeholders")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "programme",
                "name",
                condition=Q(removed_at__isnull=True),
                name="stakeholder_name_once",
                violation_error_message=_(
                    "A stakeholder already has this name. Choose another name."
                ),
            ),
            models.CheckConstraint(
                condition=Q(power__lte=MOST, interest__lte=MOST)
                & (Q(interest_wanted__isnull=True) | Q(interest_wanted__lte=MOST)),
                name="stakeholder_out_of_a_hundred",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def reference(self) -> str:
        """Return what the audit trail calls it, such as ``STK-042``: it holds no name."""
        return f"STK-{self.pk:03}"

    @property
    def step(self) -> int:
        """Return the number of the engagement now, see ``STEPS``."""
        return STEPS[self.engagement]

    @property
    def step_wanted(self) -> int:
        """Return the number of the engagement that is wanted."""
        return STEPS[self.engagement_wanted]

    @property
    def way(self) -> int:
        """Return how many steps of engagement are still to go; 0 at the goal or beyond."""
        return max(0, self.step_wanted - self.step)

    @property
    def has_power(self) -> bool:
        """Tell whether they stand in the upper half of the grid."""
        return bool(self.power >= HALF)

    def judged(self) -> dict[str, Any]:
        """Return what a review judges, by field."""
        return {name: getattr(self, name) for name in JUDGED}


class Assessment(models.Model):
    """One review of a stakeholder: who, when, what went from which value to which, and why.

    ``changes`` holds the values before and after by field, ``None`` before the first review; it
    is empty where somebody looked again and found all as it was.
    """

    stakeholder = models.ForeignKey(
        "stakeholders.Stakeholder", models.CASCADE, related_name="assessments"
    )
    at = models.DateTimeField(_("reviewed"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    changes = models.JSONField(_("changes"), default=dict, blank=True)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.stakeholder}, {self.at:%Y-%m-%d}"

    @staticmethod
    def between(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
        """Return the changes from one judgement to another."""
        pairs = {name: [before.get(name), after[name]] for name in JUDGED}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
