"""The filters of the people list that mean audiences, kept or just put together."""

from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onelift.dashboards.people.queries.reader import Asker, Narrow, number_in
from stakeholders.audiences.queries.audience import Draft, not_by_mail
from stakeholders.audiences.queries.news import last_run, told_of
from stakeholders.audiences.queries.offers import NOT, offers_of
from stakeholders.audiences.queries.saved import in_no_audience
from stakeholders.models import Audience, Persona


def _saved_audience(asker: Asker, value: str) -> Audience:
    saved = Audience.objects.within(asker.scope)
    return get_object_or_404(saved.exclude(name=""), pk=number_in(value))


def saved(asker: Asker, value: str) -> tuple[str, Narrow]:
    audience = _saved_audience(asker, value)
    label = _("In “%(name)s”") % {"name": audience.name}
    return label, lambda people: people.filter(audience.rule().meant())


def not_saved(asker: Asker, value: str) -> tuple[str, Narrow]:
    """Narrow to whoever is not in a saved audience."""
    audience = _saved_audience(asker, value)
    label = _("Not in “%(name)s”") % {"name": audience.name}
    return label, lambda people: people.filter(~audience.rule().meant())


def who(asker: Asker, value: str) -> tuple[str, Narrow]:
    """Narrow to whom the lines of an address mean, as the page of audiences writes them."""
    chosen = offers_of(asker.programme, asker.scope).chosen(QueryDict(value))
    labels = [
        _("not %(name)s") % {"name": offer.label} if name.startswith(NOT) else offer.label
        for name, offers in chosen.items()
        for offer in offers
    ]
    rule = Draft(asker.programme, chosen).rule
    label = _("Audience: %(lines)s") % {"lines": ", ".join(labels) or _("everybody")}
    return label, lambda people: people.filter(rule.meant())


def in_none(asker: Asker, value: str) -> tuple[str, Narrow]:
    """Narrow to whoever is in no audience."""
    condition = in_no_audience(asker.programme)
    return _("In no audience"), lambda people: people.filter(condition)


def mail(asker: Asker, value: str) -> tuple[str, Narrow]:
    """Narrow to whoever mail does not reach."""
    personas = Persona.objects.within(asker.scope).with_rule()
    condition = not_by_mail(list(personas), asker.scope)
    return _("Not reached by mail"), lambda people: people.filter(condition)


NEWS = {
    "came": gettext_lazy("Came with the last file"),
    "changed": gettext_lazy("Changed by the last file"),
    "left": gettext_lazy("Left with the last file"),
}


def news(asker: Asker, value: str) -> tuple[str, Narrow]:
    """Narrow to those to whom the last file did something."""
    run = last_run()
    if value not in NEWS or run is None:
        raise Http404
    return str(NEWS[value]), lambda people: people.filter(told_of(run, value))
