"""What belongs to the organisation: regions, sites, business lines."""

from zoneinfo import ZoneInfo

import pycountry
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programmes.scope import Scope
from programmes.timing import subdivisions_of

WEEKEND_CHOICES = [
    ("67", _("Saturday and Sunday")),
    ("56", _("Friday and Saturday")),
    ("5", _("Friday")),
    ("7", _("Sunday")),
]


def validate_time_zone(name: str) -> None:
    """Raise ValidationError unless ``name`` is an IANA time zone."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValidationError(
            _("“%(name)s” is not a time zone. Enter one such as Europe/Paris."),
            params={"name": name},
        ) from error


def validate_country(code: str) -> None:
    """Raise ValidationError unless ``code`` is an ISO 3166-1 country of two letters."""
    if pycountry.countries.get(alpha_2=code) is None:
        raise ValidationError(
            _("“%(code)s” is not a country code. Enter two letters such as FR."),
            params={"code": code},
        )


def check_subdivision(country: str, code: str) -> None:
    """Raise ValidationError unless ``code`` is a part of a country whose holidays are known."""
    known = subdivisions_of(country)
    if not code or code in known:
        return
    if not known:
        raise ValidationError(
            {"subdivision": _("This country has no parts to choose from. Leave this empty.")}
        )
    raise ValidationError(
        {
            "subdivision": ValidationError(
                _("“%(code)s” is not a part of %(country)s. Enter one of: %(known)s."),
                params={"code": code, "country": country, "known": ", ".join(known)},
            )
        }
    )


class RegionQuerySet(models.QuerySet["Region"]):
    """Words on regions."""

    def within(self, scope: Scope) -> "RegionQuerySet":
        """Narrow to the regions in view, of those in which the programme has sites."""
        here = self
        if scope.programme is not None:
            here = self.filter(pk__in=sites_of(scope.programme).values("region"))
        return here if scope.regions is None else here.filter(pk__in=scope.regions)


class Region(models.Model):
    """A part of the organisation that has sites and goes live together."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(_("address"), max_length=80, unique=True)

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SiteQuerySet(models.QuerySet["Site"]):
    """Words on sites."""

    def within(self, scope: Scope) -> "SiteQuerySet":
        """Narrow to the programme's sites of the regions in view."""
        here = self if scope.programme is None else self.filter(programmes=scope.programme)
        return here if scope.regions is None else here.filter(region__in=scope.regions)


class Site(models.Model):
    """A place where people work, with its own hours and language."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    latin_name = models.CharField(
        _("name in Latin letters"),
        max_length=80,
        blank=True,
        default="",
        db_default="",
        help_text=_("For names in another script, such as Shanghai for 上海. Both are shown."),
    )
    region = models.ForeignKey(
        "programmes.Region", models.PROTECT, related_name="sites", verbose_name=_("region")
    )
    country = models.CharField(_("country"), max_length=2, validators=[validate_country])
    subdivision = models.CharField(
        _("part of the country"),
        max_length=20,
        blank=True,
        help_text=_("For its own public holidays, such as BY for Bavaria in DE."),
    )
    time_zone = models.CharField(_("time zone"), max_length=40, validators=[validate_time_zone])
    language = models.CharField(
        _("language"), max_length=12, validators=[RegexValidator(r"^[a-z]{2,3}(-[a-z]{2,4})?$")]
    )
    weekend_days = models.CharField(
        _("weekend"), max_length=2, choices=WEEKEND_CHOICES, default="67"
    )
    is_pilot = models.BooleanField(_("pilot site"), default=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def both_names(self) -> str:
        """Return the name, with the one in Latin letters behind it where there is one."""
        return f"{self.name} ({self.latin_name})" if self.latin_name else self.name

    def clean(self) -> None:
        """Raise ValidationError if the part is none of the country."""
        check_subdivision(self.country, self.subdivision)


def sites_of(programme: int) -> SiteQuerySet:
    """Return the sites that a programme (its id) may put into its waves."""
    sites: SiteQuerySet = Site.objects.filter(programmes=programme).order_by()
    return sites


def sites_in_waves(programme: int) -> SiteQuerySet:
    """Return the sites of a programme's waves: the people at these belong to it."""
    sites: SiteQuerySet = Site.objects.filter(wave_sites__wave__programme=programme).order_by()
    return sites


def sites_of_people(scope: Scope) -> SiteQuerySet:
    """Return the sites whose people are in view: those of the programme's waves, in its regions.

    A site that a programme has and no wave goes to is in view, and the people there are not.
    """
    sites: SiteQuerySet = Site.objects.order_by()
    if scope.programme is not None:
        sites = sites.filter(pk__in=sites_in_waves(scope.programme).values("pk"))
    return sites if scope.regions is None else sites.filter(region__in=scope.regions)


class ChannelKind(models.TextChoices):
    """By what people can be reached."""

    MAIL = "mail", _("Email")
    CHAT = "chat", _("Chat")
    INTRANET = "intranet", _("Intranet")
    POSTER = "poster", _("Poster")
    SCREEN = "screen", _("On-site screen")
    BRIEFING = "briefing", _("Team briefing")
    EVENT = "event", _("Event")


class BusinessLine(models.Model):
    """One of the large professions of the group (“métier”).

    ``channels`` reach its people where no persona of theirs names any; none named is mail.
    """

    name = models.CharField(_("name"), max_length=120, unique=True)
    channels = models.JSONField(_("channels"), default=list, db_default=[], blank=True)

    class Meta:
        verbose_name = _("business line")
        verbose_name_plural = _("business lines")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
