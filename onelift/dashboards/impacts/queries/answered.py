"""When an impact is answered, and when it is a gap: said here once, and asked by all pages.

A hit is one impact on one persona at one site. It is answered by an action that is about the
impact, is approved, and whose audience is there and may mean the persona; a draft closes nothing.
A hit that is high is a gap while it is ahead or in hypercare, unless it is answered or accepted.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from communications.messages.queries.answer import messages_that_answer
from events.queries.answer import events_that_answer
from programmes.models import Programme, WaveSite
from programmes.scope import Scope
from stakeholders.audiences.queries.answer import ImpactAnswer
from stakeholders.models import Impact, Persona
from stakeholders.register.models.impact import RUN
from stakeholders.register.queries.support import support_that_answers

# Whoever has actions that answer impacts; trainings join here.
ANSWERERS: tuple[Callable[[Programme, Scope], list[ImpactAnswer]], ...] = (
    messages_that_answer,
    events_that_answer,
    support_that_answers,
)


def answers_in(programme: Programme, scope: Scope) -> list[ImpactAnswer]:
    """Return the actions in view that are about impacts, in a number of queries that is fixed."""
    return [answer for answerer in ANSWERERS for answer in answerer(programme, scope)]


@dataclass(frozen=True)
class Hit:
    """One impact on one persona at one site, with what is about it there.

    Attributes:
        lines: the ids of the business lines that feel it; empty is all.
        answers: what is approved.
        drafts: what is planned and not approved.
        is_open: whether it is ahead or in hypercare.
        is_in_run: whether the site was handed over.

    """

    impact: Impact
    persona: Persona
    place: WaveSite
    lines: tuple[int, ...]
    answers: tuple[ImpactAnswer, ...]
    drafts: tuple[ImpactAnswer, ...]
    is_open: bool
    is_in_run: bool

    @property
    def is_asked(self) -> bool:
        """Tell whether it must be answered: it is high, not over, and nobody accepted it."""
        return self.impact.is_high and self.is_open and not self.impact.is_accepted

    @property
    def is_gap(self) -> bool:
        """Tell whether it must be answered and is not."""
        return self.is_asked and not self.answers

    @property
    def begins_on(self) -> date:
        """Return the day it begins there."""
        return self.impact.begins_on(self.place.live_on)

    @property
    def target(self) -> tuple[int, int]:
        """Return persona and site, which many impacts may hit."""
        return self.persona.pk, self.place.site_id

    @property
    def part(self) -> tuple[int, tuple[int, ...]]:
        """Return the persona, and which of its business lines."""
        return self.persona.pk, self.lines


def hits_of(
    impacts: Iterable[Impact],
    places: Sequence[WaveSite],
    answers: Sequence[ImpactAnswer],
    today: date,
) -> Iterator[Hit]:
    """Yield where impacts are felt; they have ``with_whom()``, places their wave and dates."""
    for impact in impacts:
        sites = {site.pk for site in impact.sites.all()}
        lines = tuple(sorted(line.pk for line in impact.business_lines.all()))
        own = [answer for answer in answers if impact.pk in answer.impacts]
        for place in places:
            if impact.is_at(place) and (not sites or place.site_id in sites):
                in_run = place.wave.state_on(today) == RUN
                is_open = not in_run and impact.is_open_at(place, today)
                for persona in impact.personas.all():
                    told = [one for one in own if one.may_mean(place, persona.pk, lines)]
                    yield Hit(
                        impact=impact,
                        persona=persona,
                        place=place,
                        lines=lines,
                        answers=tuple(one for one in told if one.is_approved),
                        drafts=tuple(one for one in told if not one.is_approved),
                        is_open=is_open,
                        is_in_run=in_run,
                    )
