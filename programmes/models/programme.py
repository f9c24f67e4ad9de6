"""A programme and its plan: waves, the sites of a wave, services."""

from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programmes.models.blackout import blackouts_of, spans_in
from programmes.scope import Scope
from programmes.timing import Span

hex_colour = RegexValidator(
    r"^#[0-9A-Fa-f]{6}$", _("Enter a colour as # and six digits, such as #2A41C2.")
)


def shipped_languages() -> list[str]:
    """Return the codes of all languages that content can be written in."""
    return [code for code, _name in settings.LANGUAGES]


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    """Words on programmes."""

    def within(self, scope: Scope) -> "ProgrammeQuerySet":
        """Narrow to the programmes that the user may open."""
        return self.filter(pk__in=scope.programme_ids)

    def at(self, site: int) -> "ProgrammeQuerySet":
        """Narrow to those to which the people at a site (its id) belong."""
        return self.filter(pk__in=Wave.objects.filter(sites=site).values("programme"))


class Programme(models.Model):
    """One transformation with a purpose, a start, an end, its languages and a brand.

    ``sites`` are those that it may put into its waves; the people there belong to it from then on.
    Only an installation right adds to them, so no programme takes in people by itself.
    """

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("address"), max_length=40, unique=True)
    purpose = models.TextField(_("purpose"), blank=True)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    languages = models.JSONField(_("languages"), default=shipped_languages)
    accent = models.CharField(_("accent"), max_length=7, default="#2A41C2", validators=[hex_colour])
    accent_strong = models.CharField(
        _("strong accent"), max_length=7, default="#1E3099", validators=[hex_colour]
    )
    accent_soft = models.CharField(
        _("soft accent"), max_length=7, default="#E8ECFB", validators=[hex_colour]
    )
    logo = models.ImageField(_("logo"), upload_to="logos", blank=True)
    sites = models.ManyToManyField(
        "programmes.Site",
        related_name="programmes",
        blank=True,
        verbose_name=_("sites"),
        help_text=_("Once a site is in a wave, its people belong to the programme."),
    )
    mails_a_week = models.PositiveSmallIntegerField(
        _("maximum emails per person per week"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
        help_text=_("Leave empty for no limit. Urgent emails are always sent and do not count."),
    )

    is_once_per_address = models.BooleanField(
        _("one email per address"),
        default=False,
        db_default=False,
        help_text=_("If people share an address, only one of them gets each message."),
    )

    has_link_counts = models.BooleanField(
        _("count how often links are opened"),
        default=False,
        db_default=False,
        help_text=_("Totals by language. No one can see who opened a link, or when."),
    )

    asks_review = models.BooleanField(
        _("only reviewed texts go for approval"),
        default=False,
        db_default=False,
        help_text=_("A text that no one has reviewed is left out of what the CIO approves."),
    )

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gt=models.F("starts_on")),
                name="programme_ends_after_start",
                violation_error_message=_("The programme must end after it starts."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class WaveQuerySet(models.QuerySet["Wave"]):
    """Words on waves."""

    def within(self, scope: Scope) -> "WaveQuerySet":
        """Narrow to the waves of the programme that have a site in view."""
        here = self.filter(scope.here())
        if scope.regions is None:
            return here
        return here.filter(wave_sites__site__region__in=scope.regions).distinct()


class Wave(models.Model):
    """The release to a set of sites, with the only date of that release."""

    programme = models.ForeignKey("programmes.Programme", models.CASCADE, related_name="waves")
    name = models.CharField(_("name"), max_length=80)
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    go_live_on = models.DateField(_("go-live"))
    handed_over_on = models.DateField(_("handed over to Run on"), null=True, blank=True)
    sites = models.ManyToManyField("programmes.Site", through="programmes.WaveSite")
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = WaveQuerySet.as_manager()

    class Meta:
        verbose_name = _("wave")
        verbose_name_plural = _("waves")
        ordering = ["order", "go_live_on", "pk"]
        constraints = [models.UniqueConstraint("programme", "name", name="wave_name_once")]

    def __str__(self) -> str:
        return self.name

    def state_on(self, today: date) -> str:
        """Return ``run`` after the hand-over, ``live`` from the go-live on, else ``planned``."""
        if self.handed_over_on and self.handed_over_on <= today:
            return "run"
        return "live" if self.go_live_on <= today else "planned"


class WaveSiteQuerySet(models.QuerySet["WaveSite"]):
    """Words on the sites of waves."""

    def within(self, scope: Scope) -> "WaveSiteQuerySet":
        """Narrow to the programme's sites of the regions in view."""
        here = self.filter(scope.here("wave__programme"))
        return here if scope.regions is None else here.filter(site__region__in=scope.regions)

    def dated(self) -> "WaveSiteQuerySet":
        """Add ``live_on``, the site's own date or else its wave's, and the blackouts there."""
        # The model declares them, for whoever reads rows that were loaded so.
        live_on = Coalesce("own_go_live_on", "wave__go_live_on")
        still = blackouts_of("wave__programme", "site__region")
        return self.annotate(live_on=live_on, still_on=still)  # type: ignore[no-redef]


class WaveSite(models.Model):
    """A site in a wave; it follows the wave's date unless it holds its own.

    ``live_on`` and ``blackouts`` are there where it was loaded by ``dated()``.
    """

    live_on: date
    still_on: str | None

    wave = models.ForeignKey("programmes.Wave", models.CASCADE, related_name="wave_sites")
    site = models.ForeignKey("programmes.Site", models.PROTECT, related_name="wave_sites")
    own_go_live_on = models.DateField(_("own go-live"), null=True, blank=True)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = WaveSiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("wave site")
        verbose_name_plural = _("wave sites")
        ordering = ["wave__order", "site__name"]
        constraints = [models.UniqueConstraint("wave", "site", name="site_once_in_wave")]

    def __str__(self) -> str:
        return f"{self.wave}: {self.site}"

    @property
    def blackouts(self) -> tuple[Span, ...]:
        """Return when its programme sends nothing there."""
        return spans_in(self.still_on)

    def clean(self) -> None:
        """Raise ValidationError if the site is in another wave, or none of its programme's."""
        if self.site_id is None:
            return
        if not self.wave.programme.sites.filter(pk=self.site_id).exists():
            raise ValidationError(
                _("%(site)s is not a site of %(programme)s. Add it to the programme first."),
                params={"site": self.site, "programme": self.wave.programme},
            )
        others = WaveSite.objects.filter(site=self.site, wave__programme=self.wave.programme)
        if other := others.exclude(wave=self.wave_id).select_related("wave").first():
            raise ValidationError(
                _("%(site)s is already in %(wave)s. Remove it from there first."),
                params={"site": self.site, "wave": other.wave},
            )


class Service(models.Model):
    """What users or IT will get: its benefit and how to get it.

    It is there from the go-live of a site on, unless it has days from it (negative is before), or
    a fixed day that is the same everywhere. Whom it is for stands on personas.
    """

    programme = models.ForeignKey("programmes.Programme", models.CASCADE, related_name="services")
    stream = models.ForeignKey(
        "programmes.Stream", models.SET_NULL, null=True, blank=True, related_name="services"
    )
    name = models.CharField(_("name"), max_length=120)
    benefit = models.TextField(_("benefit"), blank=True)
    how_to_get = models.TextField(_("how to get it"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    offset_days = models.SmallIntegerField(
        _("days from go-live"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-730), MaxValueValidator(730)],
    )
    fixed_on = models.DateField(_("fixed date"), null=True, blank=True)

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(offset_days__isnull=True) | models.Q(fixed_on__isnull=True),
                name="service_one_day",
                violation_error_message=_("Enter either days from go-live or a fixed date."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def starts_on(self, live_on: date | None) -> date | None:
        """Return the day it starts at a site that goes live on a day; None where none is known."""
        if self.fixed_on or live_on is None:
            return self.fixed_on
        return live_on + timedelta(days=self.offset_days or 0)
