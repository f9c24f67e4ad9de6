"""What of this floor moves with a go-live: services, whose day is computed from it."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from programmes.design.formats import day
from programmes.models import Service
from programmes.queries.shift import Mover, Row, Shift, Wishes, register
from programmes.scope import Scope


class Services(Mover):
    """They start at a site a number of days from its go-live, or on a day that stays."""

    key = "services"

    def rows(self, shift: Shift, wishes: Wishes, scope: Scope, now: datetime) -> Sequence[Row]:
        """Return a row for each service of the programme; one query."""
        if not shift.places:
            return ()
        return [_row(service, shift) for service in Service.objects.filter(scope.here())]


def _row(service: Service, shift: Shift) -> Row:
    before = service.starts_on(min(place.live_on for place in shift.places))
    if service.fixed_on:
        words = _("Fixed date, %(day)s") % {"day": day(service.fixed_on)}
        return _row_of(service, before, before, words, _("Fixed"))
    return _row_of(service, before, service.starts_on(shift.after_on))


def _row_of(
    service: Service, before: date | None, then: date | None, stays: str = "", tag: str = ""
) -> Row:
    return Row(
        kind="service",
        key=f"service-{service.pk}",
        title=service.name,
        before_on=before,
        then_on=then,
        stays=stays,
        tag=tag,
        pk=service.pk,
    )


register(Services())
