"""Those with power over the change who resist it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onelift.dashboards.attention.queries.concern import Concern, Step
from onelift.dashboards.attention.queries.known import Known
from onelift.dashboards.attention.queries.weight import RESISTANCE
from programmes.scope import Scope
from stakeholders.models import Stakeholder
from stakeholders.register.queries.stakeholder import RESISTS_WITH_POWER


def resistance(known: Known) -> Iterator[Concern]:
    """Yield how many resist; nobody is named."""
    n = len(known.resisting)
    if not n or not known.scope.may("register.read"):
        return
    words = ngettext("%(n)d powerful stakeholder resists", "%(n)d powerful stakeholders resist", n)
    url = f"{reverse('stakeholders:stakeholder-list', args=[known.slug])}?{RESISTS_WITH_POWER}"
    url += f"&region={known.region}" if known.region else ""
    yield Concern(
        RESISTANCE,
        words % {"n": n},
        advice=_lacking(known.resisting),
        days=known.days_left,
        url=url,
        count=n,
        step=Step(_step(known), url),
    )


@dataclass(frozen=True)
class Resisting:
    """Somebody with power who resists; ``name`` is a person's only for who sees persons."""

    stakeholder: Stakeholder
    name: str


def resisting_rows(resisting: Sequence[Stakeholder], scope: Scope) -> list[Resisting]:
    """Return them by power; who sees no persons reads which part they have instead of a name."""
    sees_names = scope.may("people.read")
    ranked = sorted(resisting, key=lambda one: (-one.power, one.name))
    return [Resisting(one, _name(one, sees_names=sees_names)) for one in ranked]


def _name(one: Stakeholder, *, sees_names: bool) -> str:
    if sees_names or one.kind == Stakeholder.Kind.GROUP:
        return one.name
    return one.part or _("A person")


def _lacking(resisting: Sequence[Stakeholder]) -> str:
    if unowned := sum(1 for one in resisting if not one.owner_id):
        return ngettext("%(n)d has no owner.", "%(n)d have no owner.", unowned) % {"n": unowned}
    if idle := sum(1 for one in resisting if not one.next_action):
        text = ngettext("%(n)d has no next action.", "%(n)d have no next action.", idle)
        return text % {"n": idle}
    return _("Each has an owner and a next action.")


def _step(known: Known) -> str:
    if not known.scope.may("register.write"):
        return _("See who")
    if any(not one.owner_id for one in known.resisting):
        return _("Assign owner")
    if any(not one.next_action for one in known.resisting):
        return _("Plan next action")
    return _("See who")
