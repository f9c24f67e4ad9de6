"""Measures of a programme, each asked of the query that a page shows it by.

A new one is one entry: a function from a programme and an instant to a figure, registered under a
key. Figures are of the whole programme; what is hidden on pages is None here.
"""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from communications.dispatches.queries.plans import places_of
from events.queries.attendance import attendance_of
from feedback.queries.response import editions_of, response_to_all
from feedback.queries.results import satisfactions
from onelift.dashboards.coverage.queries.coverage import share_by_wave
from onelift.dashboards.impacts.queries import figures as gaps
from onelift.dashboards.overview.queries.overview import live_count
from programmes.models import Programme
from programmes.queries.measures import Measure, percent, register_measure
from programmes.scope import EVERYTHING, Scope
from stakeholders.audiences.queries.crowd import crowd_of


def _all_of(programme: Programme) -> Scope:
    """Return the scope of whoever sees all of a programme that figures count."""
    reads = frozenset({"register.read", "register.all"})
    return replace(EVERYTHING, programme=programme.pk, actions=reads)


def people_live(programme: Programme, now: datetime) -> Decimal | None:
    """Return how many people work at sites that are live, as the overview counts them."""
    scope = _all_of(programme)
    places = places_of(scope)
    crowd = crowd_of({place.site_id for place in places}, scope, [])
    return Decimal(live_count(places, crowd, now.date()).people)


def satisfied(programme: Programme, now: datetime) -> Decimal | None:
    """Return the percentage of published answers that are a 4 or a 5; None before the first."""
    _by_wave, total = satisfactions("wave", editions_of(programme), _all_of(programme))
    return Decimal(total.percent) if total else None


def response(programme: Programme, now: datetime) -> Decimal | None:
    """Return the percentage of delivered invitations to surveys that were answered."""
    total = response_to_all(programme)
    return Decimal(round(100 * total.share)) if total else None


def attendance(programme: Programme, now: datetime) -> Decimal | None:
    """Return the percentage of those with a seat who came, at events before today."""
    came, seats = attendance_of(programme, now.date())
    return percent(came, seats)


def gaps_closed(programme: Programme, now: datetime) -> Decimal | None:
    """Return the percentage of high impacts that are no gap anywhere."""
    found = gaps.gaps_closed(gaps.all_impacts(programme, _all_of(programme), now.date()))
    return percent(found.closed, found.impacts)


def informed(programme: Programme, now: datetime) -> Decimal | None:
    """Return the percentage of people in waves who are informed of their own change."""
    shares = share_by_wave(programme, _all_of(programme), now).values()
    return percent(sum(one.informed for one in shares), sum(one.people for one in shares))


register_measure(
    Measure(
        "people_live",
        _("People who are live"),
        _("People at sites that are live"),
        "",
        people_live,
    )
)
register_measure(
    Measure(
        "satisfaction",
        _("Satisfaction"),
        _("Share of published answers that are 4 or 5 out of 5"),
        "%",
        satisfied,
    )
)
register_measure(
    Measure(
        "response",
        _("Response"),
        _("Share of delivered survey invitations that were answered"),
        "%",
        response,
    )
)
register_measure(
    Measure(
        "attendance",
        _("Attendance"),
        _("Share of registered people who checked in at past events"),
        "%",
        attendance,
    )
)
register_measure(
    Measure(
        "gaps_closed",
        _("Gaps closed"),
        _("Share of high impacts without a gap"),
        "%",
        gaps_closed,
    )
)
register_measure(
    Measure(
        "informed",
        _("Informed"),
        _("Share of people in waves who are informed about their own change"),
        "%",
        informed,
    )
)
