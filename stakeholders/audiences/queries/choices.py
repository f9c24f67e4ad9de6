"""The lines of an audience as the page shows them: what is chosen, what may be, what is left."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from programmes.design.formats import listed, number
from stakeholders.audiences.queries.audience import SHOWN, Draft, Left
from stakeholders.audiences.queries.offers import NOT, Offer, Offers

LABELS = {
    "wave": gettext_lazy("Wave"),
    "persona": gettext_lazy("Persona"),
    "business_line": gettext_lazy("Business line"),
    "place": gettext_lazy("Site or region"),
    "region": gettext_lazy("Region"),
    "site": gettext_lazy("Site"),
    "language": gettext_lazy("Language"),
    "employer": gettext_lazy("Employer"),
    "without": gettext_lazy("Exceptions"),
}
BARS = 7


@dataclass(frozen=True)
class Chip:
    """Something chosen, and the address of the page without it."""

    label: str
    url: str
    is_exception: bool


@dataclass(frozen=True)
class ChoiceGroup:
    """Choices of one kind; ``label`` is empty where the line has one kind only."""

    label: str
    choices: list[Offer]
    kind: str


@dataclass(frozen=True)
class Line:
    """One line of the rule, with how many people it leaves."""

    key: str
    label: str
    add: str
    any: str
    chips: list[Chip]
    offers: list[ChoiceGroup]
    left: int
    narrows: bool
    detail: str


@dataclass(frozen=True)
class Bar:
    """How many people are somewhere, against the most; ``url`` narrows to them.

    ``query`` narrows a list of the audience's people to these.
    """

    label: str
    people: int
    percent: float
    url: str = ""
    query: str = ""


def line_of(shown: str, draft: Draft, left: Left, offers: Offers, query: QueryDict) -> Line:
    """Return one line of the page, given what it leaves."""
    choices = draft.of(shown)
    return Line(
        key=shown,
        label=str(LABELS[shown]),
        add=_("Exception") if shown == "without" else str(LABELS[shown]),
        any=_("no one") if shown == "without" else _("any"),
        chips=[chip_of(kind, offer, query) for kind, offer in choices],
        offers=_groups(shown, draft, offers),
        left=left.people,
        narrows=bool(choices),
        detail=_detail(shown, left),
    )


def chip_of(kind: str, offer: Offer, query: QueryDict) -> Chip:
    """Return something chosen, with the address of the page without it."""
    rest = query.copy()
    rest.setlist(kind, [value for value in query.getlist(kind) if value != offer.value])
    return Chip(offer.label, "?" + rest.urlencode(), kind.startswith(NOT))


def _groups(shown: str, draft: Draft, offers: Offers) -> list[ChoiceGroup]:
    """Return what may still be added to a line, under a heading where it has several kinds."""
    kinds = SHOWN[shown]
    groups = []
    for kind in kinds:
        chosen = draft.chosen.get(kind, ())
        plain = kind.removeprefix(NOT)
        rest = [offer for offer in offers.kinds[plain].values() if offer not in chosen]
        if rest:
            groups.append(ChoiceGroup(str(LABELS[plain]) if len(kinds) > 1 else "", rest, kind))
    return groups


def _detail(shown: str, left: Left) -> str:
    """Say how many each of several choices means, or how many fewer the exceptions leave."""
    counts = [number(n) for n in left.each]
    if len(counts) == 1 and shown == "wave":
        return _("of %(people)s") % {"people": number(left.before)}
    if shown == "without" and counts:
        return _("%(counts)s fewer") % {"counts": listed(counts)}
    return listed(counts) if len(counts) > 1 else ""


def bars_of(
    rows: Sequence[tuple[str, int, str]], kind: str, url: Callable[[str], str]
) -> list[Bar]:
    """Return (label, people, value) as bars; those of least people are one that leads nowhere."""
    most = max((n for _label, n, _value in rows), default=1)
    shown, rest = (rows[:BARS], rows[BARS:]) if len(rows) > BARS + 1 else (rows, [])
    bars = [
        Bar(label, n, 100 * n / most, url(value), urlencode({kind: value}))
        for label, n, value in shown
    ]
    if rest:
        words = ngettext("%(n)d more", "%(n)d more", len(rest)) % {"n": len(rest)}
        people = sum(n for _label, n, _value in rest)
        bars.append(Bar(words, people, min(100 * people / most, 100)))
    return bars


def with_choice(query: QueryDict, kind: str, value: str) -> str:
    """Return the address of the page with one more choice."""
    more = query.copy()
    for name in ("add", "draw"):
        more.pop(name, None)
    if value not in more.getlist(kind):
        more.appendlist(kind, value)
    return "?" + more.urlencode()
