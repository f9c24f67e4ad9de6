"""The page on which an audience is put together: its lines with their choices and what is left."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import QueryDict

from programmes.design.formats import language_title
from programmes.models import Programme
from programmes.scope import Scope
from stakeholders.audiences.models import Audience, Persona
from stakeholders.audiences.models.rule import ANYBODY, Rule
from stakeholders.audiences.queries.audience import (
    SHOWN,
    Draft,
    SampledPerson,
    Split,
    conditions_of,
    left_by_line,
    not_by_mail,
    sample,
    split_of,
    ways_out,
)
from stakeholders.audiences.queries.choices import (
    Bar,
    Chip,
    Line,
    bars_of,
    chip_of,
    line_of,
    with_choice,
)
from stakeholders.audiences.queries.offers import LINES, NOT, Offers, offers_of
from stakeholders.audiences.queries.people import count_each
from stakeholders.people.models.person import PersonQuerySet


class Way(NamedTuple):
    """A choice without which ``people`` would be meant."""

    chip: Chip
    people: int


@dataclass(frozen=True)
class Board:
    """All that the page shows; ``kept`` is an audience whose lines cannot be changed here."""

    programme: Programme
    scope: Scope
    query: QueryDict
    draft: Draft
    offers: Offers
    rule: Rule
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
        return self.rule.people().within(self.scope)

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
        rows = [(language_title(code), n, code) for code, n in self.split.by_language]
        return self._bars(rows, "language")

    def _bars(self, rows: Sequence[tuple[str, int, str]], kind: str) -> list[Bar]:
        return bars_of(
            rows, kind, lambda value: "" if self.kept else with_choice(self.query, kind, value)
        )

    @property
    def sample(self) -> list[SampledPerson]:
        """Return a few of the people, other ones for each ``draw`` in the address."""
        return sample(self.people, self.personas, draw_of(self.query))

    @property
    def ways(self) -> list[Way]:
        """Return what to take away where nobody is meant."""
        ways = ways_out(self.draft, self.scope)
        return [Way(chip_of(kind, offer, self.query), n) for kind, offer, n in ways]

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
    everybody, found = Rule(programme=programme.pk), rule.meant_here()
    conditions = {
        "": ANYBODY,
        "unmailed": found & not_by_mail(offers.personas, scope),
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
        lines=[line_of(shown, draft, left[shown], offers, query) for shown in SHOWN],
        split=split_of(rule, scope),
        unmailed=counts["unmailed"],
        kept=kept,
    )


def draw_of(query: QueryDict) -> int:
    """Return which sample an address asks for; what is no small number is the first."""
    value = query.get("draw", "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) <= 3 else 0


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
