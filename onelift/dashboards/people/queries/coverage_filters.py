"""The filters of the people list that mean who is informed of their own change."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onelift.dashboards.coverage.queries.coverage import Asked, high_impacts, places_live_within
from onelift.dashboards.impacts.queries.figures import all_impacts
from onelift.dashboards.people.queries.reader import Narrow, Reader, number_in
from stakeholders.models import Impact, Informed
from stakeholders.register.queries.touched import touched_by

LONGEST_DAYS = 3660


def live_within(reader: Reader, value: str) -> tuple[str, Narrow]:
    """Narrow to those whose site goes live today or within some days."""
    days = min(number_in(value), LONGEST_DAYS)
    places = places_live_within(Asked(reader.programme, reader.scope, reader.now.date(), days))
    sites = [place.site_id for place in places]
    label = ngettext("Live within %(n)d day", "Live within %(n)d days", days) % {"n": days}
    return label, lambda people: people.filter(site__in=sites)


def affected(reader: Reader, value: str) -> tuple[str, Narrow]:
    """Narrow to those whom a high impact affects."""
    if value != "high" or not reader.scope.may("register.read"):
        raise Http404
    condition = touched_by(high_impacts(reader.programme))
    return _("Affected by a high impact"), lambda people: people.filter(condition)


def impact(reader: Reader, value: str) -> tuple[str, Narrow]:
    """Narrow to those whom one impact affects."""
    if not reader.scope.may("register.read"):
        raise Http404
    known = Impact.objects.within(reader.scope).present().with_whom()
    found = get_object_or_404(known, pk=number_in(value))
    condition = touched_by([found])
    label = _("Affected by “%(name)s”") % {"name": found.name}
    return label, lambda people: people.filter(condition)


def unanswered(reader: Reader, value: str) -> tuple[str, Narrow]:
    """Narrow to those who face a high impact for which nothing is approved."""
    if value != "high" or not reader.scope.may("register.read"):
        raise Http404
    found = all_impacts(reader.programme, reader.scope, reader.now.date())
    condition = found.people_condition(found.gaps)
    return _("High impact with no approved action"), lambda people: people.filter(condition)


def informed(reader: Reader, value: str) -> tuple[str, Narrow]:
    """Narrow to those who are informed, are not, or possibly are."""
    rows = Informed.objects.of(reader.programme)
    by_name = rows.by_name().of_person()
    found = {
        "yes": (_("Informed"), by_name),
        "no": (_("Not informed"), ~by_name),
        "possibly": (_("Possibly informed"), rows.possibly().of_person()),
    }
    if value not in found:
        raise Http404
    label, condition = found[value]
    return label, lambda people: people.filter(condition)
