"""Who waits for a text in their own language, and until when.

Where a message says so, whoever would get another language than their own waits for it, and gets
the nearest one in the end.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from communications.messages.models.content import Content
from communications.messages.queries.content import ContentFacts, readers
from communications.messages.rendering.language import own_language
from programmes.timing import Place, Span, last_working_moment

# What is left for the sending itself, before nothing may leave any more.
SPARE = timedelta(hours=1)
# What those lack who get no text in their own language, see ``codes_lacking``.
OWN, OTHER, NOTHING = "own", "other", "nothing"


@dataclass(frozen=True)
class TextWait:
    """How many people have no text in their own language, and whether they wait for it.

    Attributes:
        people: those in view in whose language the programme writes, and whose text is not ready;
            without those who get an adaptation in it, or no email.
        waits: whether they wait; else they get the nearest language at the hour.
        until: the day, at the last of their sites, on which they get the nearest language.

    """

    people: int
    waits: bool
    until: date | None


def lacks_own(content: Content, wanted: str, languages: Collection[str]) -> bool:
    """Tell whether the programme writes in a reader's language, and a content does not yet."""
    is_written = own_language(wanted, languages) is not None
    return is_written and own_language(wanted, content.languages) is None


def codes_lacking(
    kind: str, content: Content, wanted: Iterable[str], languages: Collection[str]
) -> list[str]:
    """Return the languages that people want and a content lacks.

    Args:
        kind: ``own`` are those that the programme writes; the readers of ``other`` get another
            language as long as they lack theirs, those of ``nothing`` none.
        content: what is said.
        wanted: codes, as the personnel files write them.
        languages: those of the programme.

    """
    if kind == OWN:
        return [code for code in wanted if lacks_own(content, code, languages)]
    _own, others = readers(dict.fromkeys(wanted, 1), content.languages)
    return [one.code for one in others if bool(one.reads) == (kind == OTHER)]


def lacking_in(content: Content, wanted: Mapping[str, int], languages: Collection[str]) -> int:
    """Count people, by the language that they want, whose own has no text yet."""
    return sum(n for code, n in wanted.items() if lacks_own(content, code, languages))


def waiting_in(content: Content, wanted: Mapping[str, int], languages: Collection[str]) -> int:
    """Count those who wait for it; nobody where they get the nearest language at the hour."""
    return lacking_in(content, wanted, languages) if content.waits_for_text else 0


def text_wait_of(content: Content, facts: ContentFacts, languages: Collection[str]) -> TextWait:
    """Return how many people of a content have no text in a language of the programme's."""
    people = lacking_in(content, facts.by_core, languages)
    is_urgent = content.schedule.is_urgent
    days = [
        waits_at_most(one.due.latest, one.site, (), is_urgent=is_urgent)
        .astimezone(ZoneInfo(one.site.time_zone))
        .date()
        for one in facts.sites
        if one.due
    ]
    return TextWait(people, content.waits_for_text, max(days, default=None))


def waits_at_most(
    latest: datetime, place: Place, blackouts: Sequence[Span], *, is_urgent: bool
) -> datetime:
    """Return the instant (UTC) from which nobody at a place waits any more.

    It leaves time to send, within the working hours of the place unless it is urgent.
    """
    if is_urgent:
        return latest - SPARE
    return last_working_moment(latest, place, blackouts) - SPARE
