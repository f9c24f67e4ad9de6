"""A rule in words, so that whoever decides reads whom it means."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programmes.design import formats
from programmes.models import BusinessLine, Region, Site, Wave
from programmes.scope import Scope
from stakeholders.audiences.models import Audience, Persona
from stakeholders.audiences.models.rule import Criteria, PersonaRule, Rule


@dataclass(frozen=True)
class Line:
    """One line of a rule: its label, and the names of what it holds."""

    label: str | Promise
    names: list[str]


WORDS: dict[str, tuple[Promise, Promise]] = {
    "waves": (_("Waves"), _("Waves")),
    "regions": (_("Regions"), _("Excluded regions")),
    "sites": (_("Sites"), _("Excluded sites")),
    "business_lines": (_("Business lines"), _("Excluded business lines")),
    "personas": (_("Personas"), _("Excluded personas")),
    "employers": (_("Employers"), _("Excluded employers")),
    "languages": (_("Languages that people read"), _("Excluded languages")),
}
MODELS: dict[str, type[Model]] = {
    "waves": Wave,
    "regions": Region,
    "sites": Site,
    "business_lines": BusinessLine,
    "personas": Persona,
}


def lines_in_words(rule: Rule, scope: Scope) -> list[Line]:
    """Return the lines of a rule that say something, with a query for each kind of object.

    Sites, regions and waves out of view are not named.
    """
    if rule.frozen:
        names = [str(one) for one in Audience.objects.filter(pk=rule.frozen)]
        return [Line(_("Frozen audience"), names)]
    without = rule.without
    found = [Line(label, _names(kind, rule, scope)) for kind, (label, _not) in WORDS.items()]
    found += [Line(label, _names(kind, without, scope)) for kind, (_yes, label) in WORDS.items()]
    return [line for line in found if line.names]


def _names(kind: str, rule: Criteria, scope: Scope) -> list[str]:
    values = getattr(rule, kind, ())
    if not values or kind not in MODELS:
        named: Callable[[str], str] = formats.language_name if kind == "languages" else str
        return sorted(map(named, values))
    ids = [value.id if isinstance(value, PersonaRule) else value for value in values]
    objects: Any = MODELS[kind]._default_manager.filter(pk__in=ids)
    in_view = objects.within(scope) if kind in ("waves", "regions", "sites") else objects
    return [str(one) for one in in_view]
