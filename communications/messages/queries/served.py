"""Who can get a message in a language of theirs, by which channel: one rule for figures and lists.

Each is a condition over people, so that a list counts the same as the figure that leads to it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from communications.messages.channels.lengths import EMAIL
from communications.messages.models import ChannelText, Message
from communications.messages.models.message_version import TEXTS
from communications.messages.queries.channel_text import own_texts, statuses_of
from communications.messages.rendering.language import own_language
from programmes.queries.texts import READY, states_of
from programmes.scope import Scope
from stakeholders.audiences.models.rule import NOBODY
from stakeholders.audiences.queries.audience import not_by_mail
from stakeholders.models import Persona

ANY, NOT_EMAIL = "any", "not_email"
# The email, and every channel with a text of its own.
CHANNELS = (EMAIL, *ChannelText.Form.values)


@dataclass(frozen=True)
class Served:
    """Conditions over people by the channel that brings them a message in a language of theirs.

    Attributes:
        languages: by channel, the codes of the languages whose readers have a text there that is
            ready, as the personnel files write them.
        missed: the condition of people whom email does not reach.

    """

    languages: Mapping[str, Collection[str]]
    missed: Q

    def by(self, channel: str) -> Q:
        """Return who can get it: by one of ``CHANNELS``, by ``any`` or by any but the email."""
        if channel == ANY:
            return self.by(EMAIL) | self._by_others()
        if channel == NOT_EMAIL:
            return self._by_others() & (~self._reads(EMAIL) | self.missed)
        reads = self._reads(channel)
        return reads & ~self.missed if channel == EMAIL else reads

    def _reads(self, channel: str) -> Q:
        return Q(language__in=list(self.languages.get(channel, ())))

    def _by_others(self) -> Q:
        found = NOBODY
        for channel in self.languages.keys() - {EMAIL}:
            found |= self._reads(channel)
        return found


def served_in(
    states: Mapping[str, Mapping[str, str]],
    wanted: Iterable[str],
    written: Collection[str],
    missed: Q,
) -> Served:
    """Return these conditions.

    Args:
        states: the state of each language of each channel.
        wanted: the languages of people, as the personnel files write them.
        written: the languages of the programme.
        missed: see ``Served``.

    """
    own = {code: own_language(code, written) for code in wanted}
    ready = {
        channel: {code for code, state in by_language.items() if state in READY}
        for channel, by_language in states.items()
    }
    languages = {
        channel: [code for code, reads in own.items() if reads in codes]
        for channel, codes in ready.items()
    }
    return Served(languages, missed)


def served_of(message: Message, wanted: Iterable[str], scope: Scope) -> Served:
    """Return these conditions for a message as it is written now."""
    languages = message.programme.languages
    texts = list(own_texts(message))
    statuses = statuses_of(texts, languages)
    states = {EMAIL: states_of(message, TEXTS, languages)} | {
        text.form: statuses[text.pk] for text in texts
    }
    found = {
        channel: {code: status.state for code, status in by_language.items()}
        for channel, by_language in states.items()
    }
    return served_in(found, wanted, languages, missed_by_email(scope))


def missed_by_email(scope: Scope) -> Q:
    """Return the condition of people whom email does not reach, as the reader may know it."""
    return not_by_mail(list(Persona.objects.within(scope).with_rule()), scope)


def readers_of(code: str, wanted: Iterable[str], written: Collection[str]) -> list[str]:
    """Return which languages of people, as files write them, are one of the programme's."""
    return [one for one in wanted if own_language(one, written) == code]
