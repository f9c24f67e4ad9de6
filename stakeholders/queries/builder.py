"""The page on which an audience is put together: its lines with their choices and what is left."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from programmes.models import Programme
from programmes.rendering.formats import language_name, number
from programmes.scope import Scope
from stakeholders.models import Audience, Persona
from stakeholders.models.person import PersonQuerySet
from stakeholders.models.rule import ANYBODY, narrows_to, people_of, rule_with
from stakeholders.queries.audience import (
    SHOWN,
    Draft,
    Left,
    Shown,
    Split,
    conditions_of,
    left_by_line,
    not_by_mail,
    sample,
    split_of,
    ways_out,
)
from stakeholders.queries.offers import LINES, NOT, Offer, Offers, offers_of
from stakeholders.queries.people import count_each

LABELS = {
    "wave": gettext_lazy("Wave"),
    "persona": gettext_lazy("Persona"),
    "business_line": gettext_lazy("Business line"),
    "place": gettext_lazy("Site or region"),
    "region": gettext_lazy("Region"),
    "site": gettext_lazy("Site"),
    "language": gettext_lazy("Language"),
    "employer": gettext_lazy("Employer"),
    "without": gettext_lazy("Without"),
}
BARS = 7


@dataclass(frozen=True)
class Chip:
    """Something chosen, and the address of the page without it."""

    label: str
    url: str
    is_exception: bool


class Way(NamedTuple):
    """A choice without which ``people`` would be meant."""

    chip: Chip
    people: int


@dataclass(frozen=True)
class Group:
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
    offers: list[Group]
    left: int
    narrows: bool
    detail: str


@dataclass(frozen=True)
class Bar:
    """How many people are somewhere, against the most; ``url`` narrows to them."""

    label: str
    people: int
    percent: float
    url: str = ""


@dataclass(frozen=True)
class Board:
    """All that the page shows; ``kept`` is an audience whose lines cannot be changed here."""

    programme: Programme
    scope: Scope
    query: QueryDict
    draft: Draft
    offers: Offers
    rule: dict[str, Any]
    everybody: int
    lines: list[Line]
    split: Split
    unmailed: int
    kept: Audience | None

    @property
    def list_query(self) -> str:
        """Return the query of the list of these people."""
        if self.kept:
            return urlencode({"saved": self.kept.pk})
        return urlencode({"who": self.chosen.urlencode()})

    @property
    def chosen(self) -> QueryDict:
        """Return the part of the address that says whom it means."""
        found = QueryDict(mutable=True)
        for kind, offers in self.draft.chosen.items():
            found.setlist(kind, [offer.value for offer in offers])
        return found

    @property
    def others_query(self) -> str:
        """Return the address of another sample."""
        other = self.query.copy()
        other["draw"] = str(draw_of(self.query) + 1)
        return "?" + other.urlencode()

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Return what a form that adds a choice carries on."""
        kept = [*self.chosen.lists(), ("of", self.query.getlist("of"))]
        return [(name, str(value)) for name, values in kept for value in values]

    @property
    def people(self) -> PersonQuerySet:
        """Return the people whom the rule means, within the scope."""
        return people_of(self.rule).within(self.scope)

    @property
    def personas(self) -> Sequence[Persona]:
        """Return the personas of the programme in their order."""
        return self.offers.personas

    @property
    def sites(self) -> list[Bar]:
        """Return the sites with most people, and the rest in one."""
        named = self.offers.kinds["site"]
        rows = [(named[str(pk)].label, n, str(pk)) for pk, n in self.split.by_site]
        return self._bars(rows, "site")

    @property
    def languages(self) -> list[Bar]:
        """Return the languages of most people, and the rest in one."""
        rows = [(language_name(code), n, code) for code, n in self.split.by_language]
        return self._bars(rows, "language")

    def _bars(self, rows: Sequence[tuple[str, int, str]], kind: str) -> list[Bar]:
        return _bars(rows, lambda value: "" if self.kept else with_choice(self.query, kind, value))

    @property
    def sample(self) -> list[Shown]:
        """Return a few of the people, other ones for each ``draw`` in the address."""
        return sample(self.people, self.personas, draw_of(self.query))

    @property
    def ways(self) -> list[Way]:
        """Return what to take away where nobody is meant."""
        ways = ways_out(self.draft, self.scope)
        return [Way(_chip(kind, offer, self.query), n) for kind, offer, n in ways]

    @property
    def mailed(self) -> int:
        """Return how many mail reaches."""
        return self.split.people - self.unmailed


def board_of(
    programme: Programme, scope: Scope, query: QueryDict, kept: Audience | None = None
) -> Board:
    """Return the page of what an address chooses, or of an audience that is kept as it is.

    Raises:
        Http404: a value names nothing that the asker may see.

    """
    offers = offers_of(programme, scope)
    draft = Draft(programme, {} if kept else offers.chosen(query))
    rule = kept.rule() if kept else draft.rule
    everybody, found = rule_with(programme.pk), narrows_to(rule)
    conditions = {
        "": ANYBODY,
        "unmailed": found & not_by_mail(offers.personas),
        **conditions_of(draft),
        **{f"persona-{slug}": q for slug, q in offers.conditions.items()},
    }
    counts = count_each(conditions, everybody, scope)
    offers = offers.counted({slug: counts[f"persona-{slug}"] for slug in offers.conditions})
    left = left_by_line(draft, counts, counts[""])
    return Board(
        programme=programme,
        scope=scope,
        query=query,
        draft=draft,
        offers=offers,
        rule=rule,
        everybody=counts[""],
        lines=[_line(shown, draft, left[shown], offers, query) for shown in SHOWN],
        split=split_of(people_of(rule).within(scope)),
        unmailed=counts["unmailed"],
        kept=kept,
    )


def _line(shown: str, draft: Draft, left: Left, offers: Offers, query: QueryDict) -> Line:
    choices = draft.of(shown)
    return Line(
        key=shown,
        label=str(LABELS[shown]),
        add=_("Exception") if shown == "without" else str(LABELS[shown]),
        any=_("nobody") if shown == "without" else _("any"),
        chips=[_chip(kind, offer, query) for kind, offer in choices],
        offers=_groups(shown, draft, offers),
        left=left.people,
        narrows=bool(choices),
        detail=_detail(shown, left),
    )


def _chip(kind: str, offer: Offer, query: QueryDict) -> Chip:
    rest = query.copy()
    rest.setlist(kind, [value for value in query.getlist(kind) if value != offer.value])
    return Chip(offer.label, "?" + rest.urlencode(), kind.startswith(NOT))


def _groups(shown: str, draft: Draft, offers: Offers) -> list[Group]:
    """Return what may still be added to a line, under a heading where it has several kinds."""
    kinds = SHOWN[shown]
    groups = []
    for kind in kinds:
        chosen = draft.chosen.get(kind, ())
        plain = kind.removeprefix(NOT)
        rest = [offer for offer in offers.kinds[plain].values() if offer not in chosen]
        if rest:
            groups.append(Group(str(LABELS[plain]) if len(kinds) > 1 else "", rest, kind))
    return groups


def _detail(shown: str, left: Left) -> str:
    """Say how many each of several choices means, or how many fewer the exceptions leave."""
    counts = [number(n) for n in left.each]
    if len(counts) == 1 and shown == "wave":
        return _("of %(people)s") % {"people": number(left.before)}
    if shown == "without" and counts:
        return _("%(counts)s fewer") % {"counts": ", ".join(counts)}
    return ", ".join(counts) if len(counts) > 1 else ""


def _bars(rows: Sequence[tuple[str, int, str]], url: Callable[[str], str]) -> list[Bar]:
    most = max((n for _label, n, _value in rows), default=1)
    shown, rest = (rows[:BARS], rows[BARS:]) if len(rows) > BARS + 1 else (rows, [])
    bars = [Bar(label, n, 100 * n / most, url(value)) for label, n, value in shown]
    if rest:
        words = ngettext("%(n)d more", "%(n)d more", len(rest)) % {"n": len(rest)}
        people = sum(n for _label, n, _value in rest)
        bars.append(Bar(words, people, min(100 * people / most, 100)))
    return bars


def draw_of(query: QueryDict) -> int:
    """Return which sample an address asks for; what is no small number is the first."""
    value = query.get("draw", "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) <= 3 else 0


def with_choice(query: QueryDict, kind: str, value: str) -> str:
    """Return the address of the page with one more choice."""
    more = query.copy()
    for name in ("add", "draw"):
        more.pop(name, None)
    if value not in more.getlist(kind):
        more.appendlist(kind, value)
    return "?" + more.urlencode()


def query_of(audience: Audience, offers: Offers) -> QueryDict | None:
    """Return the address of a saved audience's lines; None if one of them is out of view."""
    query = QueryDict(mutable=True)
    query["of"] = str(audience.pk)
    for kind, value in _values(audience):
        if value not in offers.kinds[kind.removeprefix(NOT)]:
            return None
        query.appendlist(kind, value)
    return query


def _values(audience: Audience) -> Iterable[tuple[str, str]]:
    for kind, line in LINES.items():
        chosen = getattr(audience, line)
        things = chosen if kind in ("language", "employer") else chosen.all()
        yield from ((kind, _value(thing)) for thing in things)
    for exception in audience.exceptions.all():
        yield NOT + exception.kind, _value(getattr(exception, exception.kind))


def _value(thing: Any) -> str:
    if isinstance(thing, Persona):
        return thing.slug
    return thing if isinstance(thing, str) else str(thing.pk)
