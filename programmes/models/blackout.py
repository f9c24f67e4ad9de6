"""Periods in which a programme sends nothing."""

from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from programmes.scope import Scope
from programmes.timing import Span

LONGEST = timedelta(days=183)


class BlackoutQuerySet(models.QuerySet["Blackout"]):
    """Words on blackouts."""

    def within(self, scope: Scope) -> "BlackoutQuerySet":
        """Narrow to those of the programme for all regions or for one in view."""
        found = self.filter(scope.here())
        if scope.regions is None:
            return found
        return found.filter(Q(region=None) | Q(region__in=scope.regions))


class Blackout(models.Model):
    """Days on which a programme sends nothing to a region, or to nobody; urgent things go."""

    programme = models.ForeignKey("programmes.Programme", models.CASCADE, related_name="blackouts")
    region = models.ForeignKey(
        "programmes.Region",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("region"),
    )
    name = models.CharField(_("name"), max_length=80)
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))

    objects = BlackoutQuerySet.as_manager()

    class Meta:
        verbose_name = _("blackout")
        verbose_name_plural = _("blackouts")
        ordering = ["first_on", "last_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_on__gte=F("first_on")),
                name="blackout_ends_after_start",
                violation_error_message=_(
                    "The last day is before the first. Enter a later last day."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def span(self) -> Span:
        return Span(self.first_on, self.last_on)

    def clean(self) -> None:
        """Raise ValidationError for a period that would silence a programme for good."""
        if self.first_on and self.last_on and self.last_on - self.first_on > LONGEST:
            raise ValidationError(
                {
                    "last_on": _(
                        "A blackout can last at most half a year. Enter an earlier last day."
                    )
                }
            )


class _Listed(Func):
    """All values of a column in one text, apart by spaces. No aggregate: nothing is grouped."""

    output_field = models.TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="GROUP_CONCAT", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="STRING_AGG", **context)


def blackouts_of(programme: str, region: str) -> models.Subquery:
    """Return the blackouts at a row's programme and region as one text, for ``spans_in``."""
    found = Blackout.objects.filter(
        Q(region=None) | Q(region=OuterRef(region)), programme=OuterRef(programme)
    )
    days = Concat(_text("first_on"), Value("/"), _text("last_on"))
    return models.Subquery(found.order_by().values(all=_Listed(days, Value(" "))))


def _text(column: str) -> Cast:
    return Cast(column, models.CharField(max_length=10))


@lru_cache(maxsize=256)
def spans_in(text: str | None) -> tuple[Span, ...]:
    """Return what ``blackouts_of`` wrote down."""
    pairs = (pair.split("/") for pair in (text or "").split())
    return tuple(Span(*(date.fromisoformat(day) for day in pair)) for pair in pairs)
