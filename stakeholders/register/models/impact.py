"""What one change does to some personas at some sites."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programmes.database.removal import Removable, RemovableQuerySet
from programmes.models import BusinessLine, Programme, Site, SupportContact, WaveSite
from programmes.scope import Scope
from stakeholders.audiences.models.persona import Persona, with_rules

FURTHEST_DAYS = 730
RUN = "run"


class Severity(models.IntegerChoices):
    """How hard a change is felt."""

    LOW = 1, _("low")
    SOME = 2, _("medium")
    HIGH = 3, _("high")
    VERY_HIGH = 4, _("very high")


class ImpactQuerySet(RemovableQuerySet["Impact"]):
    """Words on impacts."""

    def within(self, scope: Scope) -> "ImpactQuerySet":
        """Narrow to all, or to those of own streams or felt in own regions, or to none."""
        if not scope.may("register.read"):
            return self.none()
        here = self.filter(scope.here())
        if scope.may("register.all"):
            return here
        own = Q(stream__in=scope.streams or ())
        if scope.regions:
            places = Impact.sites.through.objects
            there = places.filter(site__region__in=scope.regions).values("impact")
            own |= Q(pk__in=there) | ~Q(pk__in=places.values("impact"))
        return here.filter(own)

    def of(self, programme: Programme) -> "ImpactQuerySet":
        return self.filter(programme=programme)

    def with_whom(self) -> "ImpactQuerySet":
        """Load what an impact names, with the rules of its personas, in a few queries."""
        return (
            self.with_felt().with_names().prefetch_related("supports__site", "supports__programme")
        )

    def with_felt(self) -> "ImpactQuerySet":
        """Load only what says whom it touches."""
        return self.prefetch_related("sites", with_rules("personas"), "business_lines")

    def with_names(self) -> "ImpactQuerySet":
        """Load stream, wave, service and owner."""
        return self.select_related("stream", "wave", "service", "owner", "accepted_by")


class Impact(Removable):
    """What a change does: how it is today, how it will be, and what that is good for.

    Without a site it is felt wherever its personas work, without a business line by all of them.
    It begins some days from the go-live of each site (of one wave, if it names one), and so moves
    with it. Which actions answer it stands on these: a message or an event names the impacts that
    it answers; only support is named here, since its contacts know no impacts.

    Attributes:
        number: what its reference is made of; never given twice in a programme (``ImpactSeries``).
        offset_days: from the go-live of a site to the day it begins; negative is before.
        until_days: from the go-live to the last day on which it matters; None is the hand-over.
        risk: what may go wrong if nobody acts.
        accepted_why: why it needs no action; empty unless somebody accepted it so.
        changed_at: when what stream and regions confirm was last changed.

    """

    class Dimension(models.TextChoices):
        PROCESS = "process", _("Process")
        TOOL = "tool", _("Tool")
        ROLE = "role", _("Role")
        ORGANISATION = "organisation", _("Organisation")
        SUPPORT = "support", _("Support")

    programme = models.ForeignKey("programmes.Programme", models.CASCADE, related_name="impacts")
    stream = models.ForeignKey(
        "programmes.Stream",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="impacts",
        verbose_name=_("stream"),
    )
    name = models.CharField(_("what changes"), max_length=120)
    dimension = models.CharField(_("dimension"), max_length=12, choices=Dimension)
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity)
    before = models.TextField(_("today"), blank=True)
    after = models.TextField(_("from go-live on"), blank=True)
    benefit = models.TextField(_("benefit"), blank=True)
    personas: "models.ManyToManyField[Persona, Any]" = models.ManyToManyField(
        "stakeholders.Persona", related_name="impacts", verbose_name=_("personas")
    )
    sites: "models.ManyToManyField[Site, Any]" = models.ManyToManyField(
        "programmes.Site", blank=True, related_name="+", verbose_name=_("sites")
    )
    number = models.PositiveIntegerField(_("number"), editable=False)
    # A wave that was deleted must not make its impacts be felt everywhere.
    wave = models.ForeignKey(
        "programmes.Wave",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="impacts",
        verbose_name=_("wave"),
    )
    offset_days = models.SmallIntegerField(
        _("begins, days from go-live"),
        default=0,
        validators=[MinValueValidator(-FURTHEST_DAYS), MaxValueValidator(FURTHEST_DAYS)],
    )
    until_days = models.SmallIntegerField(
        _("matters until, days from go-live"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-FURTHEST_DAYS), MaxValueValidator(FURTHEST_DAYS)],
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    service = models.ForeignKey(
        "programmes.Service",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="impacts",
        verbose_name=_("service"),
    )
    business_lines: "models.ManyToManyField[BusinessLine, Any]" = models.ManyToManyField(
        "programmes.BusinessLine", blank=True, related_name="+", verbose_name=_("business lines")
    )
    supports: "models.ManyToManyField[SupportContact, Any]" = models.ManyToManyField(
        "programmes.SupportContact",
        blank=True,
        related_name="impacts",
        verbose_name=_("support contacts"),
    )
    risk = models.TextField(_("risk"), blank=True)
    accepted_why = models.TextField(_("accepted because"), blank=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True, editable=False)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("accepted by"),
    )
    changed_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    objects = ImpactQuerySet.as_manager()

    class Meta:
        verbose_name = _("impact")
        verbose_name_plural = _("impacts")
        ordering = ["-severity", "name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(severity__gte=Severity.LOW, severity__lte=Severity.VERY_HIGH),
                name="impact_has_a_severity",
            ),
            models.UniqueConstraint("programme", "number", name="impact_number_once"),
            models.CheckConstraint(
                condition=Q(until_days__isnull=True) | Q(until_days__gte=models.F("offset_days")),
                name="impact_ends_after_it_begins",
                violation_error_message=_("“Matters until” must not be before “Begins”."),
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | ~Q(accepted_why=""),
                name="impact_accepted_for_a_reason",
                violation_error_message=_("Enter why it needs no action."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_high(self) -> bool:
        """Tell whether it must be answered by an action."""
        return self.severity >= Severity.HIGH

    @property
    def is_accepted(self) -> bool:
        """Tell whether somebody decided that it needs no action."""
        return self.accepted_at is not None

    @property
    def reference(self) -> str:
        """Return what people call it by, such as ``IMP-042``."""
        return f"IMP-{self.number:03}"

    @property
    def days_before(self) -> int:
        """Return by how many days it begins before the go-live."""
        return -self.offset_days

    def clean(self) -> None:
        """Raise ValidationError if it names something of another programme."""
        for name in ("stream", "wave", "service"):
            one = getattr(self, name)
            if one and one.programme_id != self.programme_id:
                text = _("“%(one)s” belongs to another programme. Choose one of this programme.")
                raise ValidationError({name: ValidationError(text, params={"one": one})})

    def begins_on(self, live_on: date) -> date:
        """Return the day it begins at a site that goes live on a day."""
        return live_on + timedelta(days=self.offset_days)

    def ends_on(self, live_on: date) -> date | None:
        """Return the last day on which it matters there; None is as long as hypercare."""
        return None if self.until_days is None else live_on + timedelta(days=self.until_days)

    def is_at(self, place: WaveSite) -> bool:
        """Tell whether it is felt in the wave of a site; which sites it names is asked apart."""
        return self.wave_id in (None, place.wave_id)

    def is_open_at(self, place: WaveSite, today: date) -> bool:
        """Tell whether it is ahead at a site or in hypercare, and not over.

        ``place`` was loaded by ``dated()``, with its wave.
        """
        if place.wave.state_on(today) == RUN:
            return False
        until = self.ends_on(place.live_on)
        return until is None or today <= until


class ImpactSeries(models.Model):
    """The last number that a programme gave to an impact: one that is deleted is never reused."""

    programme = models.OneToOneField(
        "programmes.Programme", models.CASCADE, related_name="impact_series"
    )
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.programme}: {self.last}"
