"""Who gets which: heads for the core and each adaptation."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BigIntegerField, Count, Value

from communications.adaptations.queries.forms import EMAIL, FIELDS
from communications.messages.models import Adaptation, Message
from communications.messages.models.adaptation import AdaptationQuerySet
from communications.messages.queries.adaptation import voice_of_each
from communications.messages.queries.adapted_core import Core, as_seen
from communications.messages.rendering import adapted_language, reading_language
from programmes.design.formats import most_first
from programmes.queries.texts import text_of
from programmes.scope import Scope
from stakeholders.audiences.models.persona import with_rules

# Where there is no adaptation, nobody gets one.
NO_VOICE = Value(None, output_field=BigIntegerField())


@dataclass
class Share:
    """The people of one adaptation, or of the core, where ``adaptation`` is None.

    ``languages`` counts those who get an email by its language; ``in_core`` are those who read
    the core, since the adaptation is in no language of theirs.
    """

    adaptation: Adaptation | None
    people: int = 0
    in_core: int = 0
    languages: Counter[str] = field(default_factory=Counter)

    @property
    def has_email(self) -> bool:
        """Tell whether they get an email."""
        return self.adaptation is None or self.adaptation.has_email

    @property
    def by_language(self) -> list[tuple[str, int]]:
        """Return how many get an email in each language, the most first."""
        return most_first(self.languages)


def adaptations_of(message: Message, scope: Scope) -> list[Adaptation]:
    """Return the adaptations of a message in view as they are written now, with their criteria.

    Where the draft is for others, as approved. Those out of view are for places whose people are
    out of view as well.
    """
    own = Adaptation.objects.within(scope).filter(message=message).with_places()
    found = as_seen(own.prefetch_related("versions"), scope)
    for one in found:
        one.message = message
    return found


def with_rules_of(adaptations: AdaptationQuerySet) -> AdaptationQuerySet:
    """Load what their rules ask, in three queries whatever the number of personas."""
    return adaptations.select_related("message").prefetch_related(with_rules("persona"))


def languages_in(obj: Message | Adaptation, languages: Iterable[str]) -> list[str]:
    """Return the languages in which an email is written."""
    return [code for code in languages if all(text_of(obj, code, FIELDS[EMAIL]).values())]


def shares_of(core: Core, adaptations: Sequence[Adaptation], scope: Scope) -> list[Share]:
    """Return how many people in view get each adaptation, as they are written now, and the core.

    One query, whatever number of adaptations and people; and one for each persona they name.
    """
    people = core.rule.people().within(scope).order_by()
    voices = [(one.pk, one.criteria()) for one in adaptations]
    found: Any = people.annotate(voice=voice_of_each(voices) if voices else NO_VOICE)
    cells = found.values_list("voice", "language").annotate(n=Count("pk"))
    return _shares(core.message, adaptations, cells)


def _shares(
    message: Message,
    adaptations: Sequence[Adaptation],
    cells: Iterable[tuple[int | None, str, int]],
) -> list[Share]:
    programme = message.programme.languages
    core = languages_in(message, programme)
    shares: dict[int | None, Share] = {one.pk: Share(one) for one in adaptations}
    shares[None] = Share(None)
    for key, wanted, n in cells:
        share = shares[key]
        share.people += n
        if share.adaptation is None:
            share.languages[reading_language(wanted, core) or ""] += n
        elif share.has_email:
            own = languages_in(share.adaptation, programme)
            is_adapted, language = adapted_language(wanted, own, core)
            share.languages[language or ""] += n
            share.in_core += 0 if is_adapted else n
    return list(shares.values())
