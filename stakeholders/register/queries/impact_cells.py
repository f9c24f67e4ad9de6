"""Impacts as cells of a file: what an export writes and an import reads, column by column."""

from collections.abc import Callable, Iterable

from django.utils.translation import get_language

from programmes.models import Site, SupportContact
from programmes.scope import Scope
from stakeholders.register.models import Impact, Severity

# Column → its heading in English and in French; others that an import knows stand in ``reading``.
HEADINGS: dict[str, tuple[str, str]] = {
    "reference": ("Reference", "Référence"),
    "name": ("What changes", "Ce qui change"),
    "dimension": ("Dimension", "Dimension"),
    "severity": ("Severity", "Gravité"),
    "before": ("Before", "Avant"),
    "after": ("After", "Après"),
    "benefit": ("Benefit", "Bénéfice"),
    "risk": ("Risk", "Risque"),
    "stream": ("Stream", "Chantier"),
    "service": ("Service", "Service"),
    "wave": ("Wave", "Vague"),
    "offset_days": ("Begins, days from go-live", "Début, jours depuis la mise en service"),
    "until_days": ("Until, days from go-live", "Fin, jours depuis la mise en service"),
    "personas": ("Personas", "Personas"),
    "business_lines": ("Business lines", "Métiers"),
    "sites": ("Sites", "Sites"),
    "owner": ("Owner", "Responsable"),
    "supports": ("Support contacts", "Contacts d’assistance"),
    "accepted_why": ("Accepted because", "Accepté parce que"),
}
# Between names in one cell.
BETWEEN = "; "
# Choice → its word in English and in French, the same in files whatever the pages say.
DIMENSIONS: dict[str, tuple[str, str]] = {
    Impact.Dimension.PROCESS: ("Process", "Processus"),
    Impact.Dimension.TOOL: ("Tool", "Outil"),
    Impact.Dimension.ROLE: ("Role", "Rôle"),
    Impact.Dimension.ORGANISATION: ("Organisation", "Organisation"),
    Impact.Dimension.SUPPORT: ("Support", "Assistance"),
}
SEVERITIES: dict[int, tuple[str, str]] = {
    Severity.LOW: ("low", "faible"),
    Severity.SOME: ("medium", "moyen"),
    Severity.HIGH: ("high", "fort"),
    Severity.VERY_HIGH: ("very high", "très fort"),
}
FRENCH = "fr"


def worded(words: tuple[str, str]) -> str:
    """Return the word of the reader's language, English for all but French."""
    return words[get_language() == FRENCH]


def headings() -> list[str]:
    return [worded(words) for words in HEADINGS.values()]


def contact_name(contact: SupportContact) -> str:
    """Return what a file calls a contact: its site, or the programme."""
    return contact.site.name if contact.site else contact.programme.name


def cells_of(impact: Impact, scope: Scope) -> dict[str, str]:
    """Return the cells of an impact by column, with the sites in view; it has ``with_whom()``.

    Without a site it is felt everywhere.
    """
    cells = {name: CELLS.get(name, _plain(name))(impact) for name in HEADINGS}
    sites = [site.name for site in impact.sites.all() if _is_seen(site, scope)]
    contacts = [contact_name(one) for one in impact.supports.all() if _is_seen(one.site, scope)]
    return {**cells, "sites": _listed(sites), "supports": _listed(contacts)}


def _is_seen(site: Site | None, scope: Scope) -> bool:
    return scope.regions is None or site is None or site.region_id in scope.regions


def _plain(name: str) -> Callable[[Impact], str]:
    return lambda impact: "" if (value := getattr(impact, name)) is None else str(value)


def _listed(names: Iterable[str]) -> str:
    return BETWEEN.join(sorted(names))


CELLS: dict[str, Callable[[Impact], str]] = {
    "dimension": lambda impact: worded(DIMENSIONS[impact.dimension]),
    "severity": lambda impact: worded(SEVERITIES[impact.severity]),
    "personas": lambda impact: _listed(one.name for one in impact.personas.all()),
    "business_lines": lambda impact: _listed(one.name for one in impact.business_lines.all()),
    "sites": lambda _impact: "",
    "owner": lambda impact: impact.owner.email if impact.owner else "",
    "supports": lambda _impact: "",
}
