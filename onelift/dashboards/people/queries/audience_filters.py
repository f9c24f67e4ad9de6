"""The filters of the people list that mean audiences, kept or just put together."""

from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onelift.dashboards.people.queries.reader import Narrow, Reader, number_in
from programmes.design.formats import listed
from stakeholders.audiences.queries.audience import Draft, not_by_mail
from stakeholders.audiences.queries.news import last_run, told_of
from stakeholders.audiences.queries.offers import NOT, offers_of
from stakeholders.audiences.queries.saved import in_no_audience
from stakeholders.models import Audience, Persona


def _saved_audience(reader: Reader, value: str) -> Audience:
    saved = Audience.objects.within(reader.scope)
    return get_object_or_404(saved.exclude(name=""), pk=number_in(value))


def saved(reader: Reader, value: str) -> tuple[str, Narrow]:
    audience = _saved_audience(reader, value)
    label = _("In “%(name)s”") % {"name": audience.name}
    return label, lambda people: people.filter(audience.rule().meant())


def not_saved(reader: Reader, value: str) -> tuple[str, Narrow]:
    """Narrow to whoever is not in a saved audience."""
    audience = _saved_audience(reader, value)
    label = _("Not in “%(name)s”") % {"name": audience.name}
    return label, lambda people: people.filter(~audience.rule().meant())


def who(reader: Reader, value: str) -> tuple[str, Narrow]:
    """Narrow to whom the lines of an address mean, as the page of audiences writes them."""
    chosen = offers_of(reader.programme, reader.scope).chosen(QueryDict(value))
    labels = [
        _("not %(name)s") % {"name": offer.label} if name.startswith(NOT) else offer.label
        for name, offers in chosen.items()
        for offer in offers
    ]
    rule = Draft(reader.programme, chosen).rule
    label = _("Audience: %(lines)s") % {"lines": listed(labels) or _("everyone")}
    return label, lambda people: people.filter(rule.meant())


def in_none(reader: Reader, value: str) -> tuple[str, Narrow]:
    """Narrow to whoever is in no audience."""
    condition = in_no_audience(reader.programme)
    return _("In no audience"), lambda people: people.filter(condition)


def mail(reader: Reader, value: str) -> tuple[str, Narrow]:
    """Narrow to whoever mail does not reach."""
    personas = Persona.objects.within(reader.scope).with_rule()
    condition = not_by_mail(list(personas), reader.scope)
    return _("Not reached by email"), lambda people: people.filter(condition)


NEWS = {
    "came": gettext_lazy("Added by the last file"),
    "changed": gettext_lazy("Changed by the last file"),
    "left": gettext_lazy("Left in the last file"),
}


def news(reader: Reader, value: str) -> tuple[str, Narrow]:
    """Narrow to those to whom the last file did something."""
    run = last_run()
    if value not in NEWS or run is None:
        raise Http404
    return str(NEWS[value]), lambda people: people.filter(told_of(run, value))
