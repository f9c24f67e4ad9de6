"""Which support contacts answer which impacts."""

from collections import defaultdict

from django.urls import reverse
from django.utils.translation import gettext as _

from programmes.models import Programme, SupportContact
from programmes.scope import Scope
from stakeholders.audiences.models.rule import Rule
from stakeholders.audiences.queries.answer import ImpactAnswer
from stakeholders.register.models import Impact


def support_that_answers(programme: Programme, scope: Scope) -> list[ImpactAnswer]:
    """Return the contacts in view that cover an impact, each where it is (two queries).

    The programme's own is there for everybody. One without telephone, mail or page helps nobody.
    """
    links = Impact.supports.through.objects.filter(impact__programme=programme)
    named: defaultdict[int, set[int]] = defaultdict(set)
    for contact, impact in links.values_list("supportcontact", "impact"):
        named[contact].add(impact)
    contacts = SupportContact.objects.within(scope).filter(pk__in=named)
    return [
        _answer(programme, contact, frozenset(named[contact.pk]), scope)
        for contact in contacts.select_related("site")
        if not contact.is_empty
    ]


def _answer(
    programme: Programme, contact: SupportContact, impacts: frozenset[int], scope: Scope
) -> ImpactAnswer:
    title = _("Support: %(site)s") % {"site": contact.site} if contact.site else _("Support")
    page = reverse("programmes:support-list", args=[programme.slug])
    return ImpactAnswer(
        kind="support",
        pk=contact.pk,
        title=title,
        state="approved",
        impacts=impacts,
        rule=Rule(programme=programme.pk, sites=(contact.site_id,) if contact.site_id else ()),
        is_approved=True,
        url=page if scope.may("setup.read") else "",
    )
