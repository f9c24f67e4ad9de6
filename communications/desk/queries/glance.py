"""What the editor says of a message while it is typed: who gets it, when, and what is missing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.desk.queries.preview import FIELDS
from communications.desk.queries.workspace import LanguageRow, language_rows
from communications.messages.models import Message
from communications.messages.models.content import Content
from communications.messages.queries.content import ContentFacts, SiteDue, facts_of
from programmes.database.clock import database_now
from programmes.design import formats
from programmes.queries.texts import READY, SOURCE_LANGUAGE, states_of
from programmes.scope import Scope
from programmes.timing import Schedule
from stakeholders.audiences.models.rule import Rule
from stakeholders.audiences.queries.audience import not_by_mail_each
from stakeholders.models import Persona


@dataclass(frozen=True)
class Lack:
    """Something that is missing, and where to add it."""

    sentence: str
    url: str


@dataclass(frozen=True)
class Glance:
    """Who gets what is typed, in which languages and when.

    ``facts`` are None where the criteria cannot be read; ``days`` are those on which sites get it,
    those to come if there are any; ``missed`` is how many of them email does not reach, and
    ``late`` how many work where its last moment has passed; ``planned`` is what would be sent now.
    """

    facts: ContentFacts | None
    languages: list[LanguageRow]
    days: list[date]
    lacks: list[Lack]
    missed: int = 0
    late: int = 0
    planned: Content | None = None

    @property
    def people(self) -> int:
        return self.facts.people if self.facts else 0

    @property
    def others(self) -> int:
        """Return how many get a language other than their own, or nothing."""
        return sum(one.people for one in self.facts.fallbacks) if self.facts else 0


def glance_of(
    message: Message, rule: Rule | None, schedule: Schedule | None, scope: Scope
) -> Glance:
    """Return what can be said of a message that need not be saved, in eleven queries at most."""
    if rule is None:
        lack = Lack(_("The audience is not valid. Correct its criteria."), "#audience")
        return Glance(None, [], [], [lack])
    planned = replace(
        Content.of_draft(message, rule),
        schedule=schedule or Schedule(),
        languages=_ready(message),
    )
    facts = facts_of(planned, scope, message.pk)
    rows = [row for row in language_rows(message, planned, facts, scope) if row.people]
    now = database_now()
    days = _days(facts.sites, now) if schedule else []
    lacks = [*_lacks(facts, days, schedule), *_texts_lacking(message, rows)]
    late = sum(one.people for one in facts.sites if _is_over(one, now)) if schedule else 0
    return Glance(facts, rows, days, lacks, _missed(rule, scope), late, planned)


def _missed(rule: Rule, scope: Scope) -> int:
    personas = list(Persona.objects.within(scope).with_rule())
    return not_by_mail_each({0: rule}, personas, scope)[0]


def _ready(message: Message) -> dict[str, dict[str, str]]:
    states = states_of(message, FIELDS, message.programme.languages)
    return {code: dict(one.text) for code, one in states.items() if one.state in READY}


def _is_over(site: SiteDue, now: datetime) -> bool:
    return site.due is not None and site.due.latest <= now


def _days(sites: Sequence[SiteDue], now: datetime) -> list[date]:
    """Return the days to come; where all have passed, these."""
    shown = [one for one in sites if not _is_over(one, now)]
    return _days_of(shown) or _days_of(sites)


def _days_of(sites: Iterable[SiteDue]) -> list[date]:
    found = {one.due.at.astimezone(ZoneInfo(one.site.time_zone)).date() for one in sites if one.due}
    return sorted(found)


def _lacks(facts: ContentFacts, days: list[date], schedule: Schedule | None) -> Iterator[Lack]:
    if not facts.people:
        yield Lack(_("No one matches the audience. Remove a criterion."), "#audience")
    if schedule is None:
        yield Lack(_("The day is missing. Enter days from go-live or one date."), "#time")
    elif facts.people and not days:
        yield Lack(_("No site in the audience has a go-live date yet."), "#time")


def _texts_lacking(message: Message, rows: list[LanguageRow]) -> Iterator[Lack]:
    """Yield the texts that readers wait for; of a message that is not saved, none."""
    if message.pk is None:
        return
    states = {row.code: row.state for row in rows}
    if states.get(SOURCE_LANGUAGE, "") not in (*READY, ""):
        yield Lack(_("The English text is not ready for review."), _page(message, SOURCE_LANGUAGE))
    waiting = [row for row in rows if row.code != SOURCE_LANGUAGE and row.state not in READY]
    if len(waiting) == 1:
        yield Lack(_one_lacking(waiting[0]), _page(message, waiting[0].code))
    elif waiting:
        where = reverse("communications:message-show", args=[message.programme.slug, message.pk])
        yield Lack(_some_lacking(waiting), f"{where}#languages")


def _one_lacking(row: LanguageRow) -> str:
    sentence = ngettext(
        "%(language)s is not ready: %(number)s person reads it.",
        "%(language)s is not ready: %(number)s people read it.",
        row.people,
    )
    name = formats.language_title(row.code)
    return sentence % {"language": name, "number": formats.number(row.people)}


def _some_lacking(rows: list[LanguageRow]) -> str:
    sentence = _("%(languages)s languages are not ready: %(number)s people read them.")
    people = sum(row.people for row in rows)
    return sentence % {"languages": len(rows), "number": formats.number(people)}


def _page(message: Message, language: str) -> str:
    return reverse("communications:text-edit", args=[message.programme.slug, message.pk, language])
