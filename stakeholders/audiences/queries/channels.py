"""People whom email does not reach, as their personas and business lines say.

Sending, decisions, lists and figures all ask here. What the personas of somebody name counts
together; where they name nothing, it is what the business line names, and else email.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from programmes.models import BusinessLine
from stakeholders.audiences.models import Persona
from stakeholders.audiences.models.rule import NOBODY, PersonaRule, any_of, without_picked

MAIL = Persona.Channel.MAIL


def email_misses(programme: int) -> Q:
    """Return the condition of people whom email misses in a programme (its id).

    Two queries where it misses nobody, else three.
    """
    named = Persona.objects.filter(programme=programme).exclude(channels=[])
    lines = _lines_without()
    if not lines and all(MAIL in channels for channels in named.values_list("channels", flat=True)):
        return NOBODY
    return _missed(named.with_rule(), lines).condition()


def missed_by_email(personas: Iterable[Persona]) -> "Missed":
    """Return the same, given the personas of a programme with their rules, in one query."""
    return _missed([persona for persona in personas if persona.channels], _lines_without())


@dataclass(frozen=True)
class Missed:
    """People whom email misses: rules of personas that name it or do not, and business lines."""

    by_mail: tuple[PersonaRule, ...]
    by_others: tuple[PersonaRule, ...]
    lines: tuple[int, ...]

    def condition(self) -> Q:
        """Return it as a condition on people."""
        by_mail, by_others = any_of(self.by_mail), any_of(self.by_others)
        return (by_others & ~by_mail) | (Q(business_line__in=self.lines) & ~(by_mail | by_others))

    @property
    def picked(self) -> set[int]:
        """Return the ids of the people picked by hand."""
        return {pk for one in (*self.by_mail, *self.by_others) for pk in one.people or ()}

    def without_picked(self) -> "Missed":
        """Return the same as if nobody had been picked by hand."""
        by_mail, by_others = without_picked(self.by_mail), without_picked(self.by_others)
        return Missed(by_mail, by_others, self.lines)


def _missed(named: Iterable[Persona], lines: Iterable[int]) -> Missed:
    named = list(named)
    return Missed(
        by_mail=tuple(one.rule() for one in named if MAIL in one.channels),
        by_others=tuple(one.rule() for one in named if MAIL not in one.channels),
        lines=tuple(lines),
    )


def _lines_without() -> list[int]:
    """Return the ids of the business lines that name channels, but not email (one query)."""
    found = BusinessLine.objects.exclude(channels=[]).values_list("pk", "channels")
    return [pk for pk, channels in found if MAIL not in channels]
