"""What kinds of text ask of a programme while a list of them is made, each asked once."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from communications.adaptations.queries.who import with_rules_of
from communications.desk.queries.message import MessageRow, message_rows, with_titles
from communications.dispatches.sources import titles_of
from communications.messages.queries.content import places_in, reading_counts
from communications.models import Adaptation
from programmes.models import Programme, WaveSite
from programmes.queries.texts import READY, SOURCE_LANGUAGE, states_of_many
from programmes.scope import Scope
from stakeholders.audiences.models.rule import Rule
from stakeholders.audiences.queries.crowd import Crowd, crowd_of


@dataclass(frozen=True)
class Desk:
    """Who looks at the texts of a programme, and when (UTC).

    How many people read what is counted for all messages at once, and looked up by their rules:
    many messages have the same.
    """

    programme: Programme
    scope: Scope
    now: datetime
    _read: dict[Rule, frozenset[str]] = field(default_factory=dict, compare=False)

    @property
    def today(self) -> date:
        return self.now.date()

    @cached_property
    def messages(self) -> dict[int, MessageRow]:
        """Return the messages in view by id, without the counts of their people."""
        rows = message_rows(self.programme, self.scope, self.now)
        to_come = [row.message for row in rows if row.is_open]
        return {row.message.pk: row for row in with_titles(rows, titles_of(to_come, self.scope))}

    @cached_property
    def open_messages(self) -> list[int]:
        """Return the ids of those of which something is to come."""
        return [pk for pk, row in self.messages.items() if row.is_open]

    @cached_property
    def settled_cores(self) -> set[int]:
        """Return the ids of those whose English is more than a draft (one query)."""
        rows = [self.messages[pk].message for pk in self.open_messages]
        found = states_of_many(rows, ("subject", "body"), [SOURCE_LANGUAGE])
        return {pk for pk, own in found.items() if own[SOURCE_LANGUAGE].state in READY}

    def title_of(self, message: int) -> str:
        """Return what a message is called in a list, by its id."""
        row = self.messages[message]
        return row.title or row.message.purpose

    def languages_of(self, message: int) -> frozenset[str]:
        """Return the languages that the people of a message read, by its id."""
        return self._languages(self.messages[message].draft_rule)

    def languages_adapted(self, adaptation: int) -> frozenset[str]:
        """Return the languages that the people of an adaptation read, by its id."""
        rule, message = self._adapted[adaptation]
        return self._languages(rule) & self.languages_of(message)

    def _languages(self, rule: Rule) -> frozenset[str]:
        if rule not in self._read:
            there = {place.site_id for place in self._places if rule.names(place)}
            wanted = self._crowd.readers(rule, there)
            codes = reading_counts(wanted, self.programme.languages)
            self._read[rule] = frozenset(codes).intersection(self.programme.languages)
        return self._read[rule]

    @cached_property
    def _places(self) -> list[WaveSite]:
        return places_in(self.programme, self.scope)

    @cached_property
    def _adapted(self) -> dict[int, tuple[Rule, int]]:
        """Return whom each adaptation in view is for, and of which message, by its id."""
        found = Adaptation.objects.within(self.scope).filter(message__in=self.open_messages)
        return {one.pk: (one.rule(), one.message_id) for one in with_rules_of(found)}

    @cached_property
    def _crowd(self) -> Crowd:
        rules = {row.draft_rule for row in self.messages.values()}
        rules |= {rule for rule, _message in self._adapted.values()}
        sites = {place.site_id for place in self._places}
        return crowd_of(sites, self.scope, list(rules), "language")

    @cached_property
    def go_lives(self) -> list[date]:
        """Return the days on which sites in view go live, in order (one query)."""
        return sorted({place.live_on for place in WaveSite.objects.within(self.scope).dated()})

    @property
    def next_go_live(self) -> date | None:
        """Return the next of these days."""
        return next((day for day in self.go_lives if day >= self.today), None)
