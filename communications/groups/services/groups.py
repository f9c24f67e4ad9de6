"""What an approval says of the channels of groups, and what must hold before it is asked for.

A group reads one text together: it has no name, no site and no link of its own.
"""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from communications.dispatches.sources import source_of
from communications.messages.models import Message
from communications.messages.models.content import Content, Target
from communications.messages.rendering import group_language
from communications.messages.rendering.placeholders import personal_placeholders
from programmes.design.formats import language_name


def targets_of(message: Message) -> tuple[Target, ...]:
    """Return the channels that a content names."""
    chosen = message.channels.filter(is_active=True).order_by("pk")
    return tuple(Target(**row) for row in chosen.values("id", "kind", "language"))


def reasons_against(message: Message, content: Content) -> Iterator[str]:
    """Yield why a content cannot go to its channels, each with what to do instead."""
    if content.channels and source_of(message).placeholders:
        yield _(
            "This message holds personal links, which must not go to a group. Take its channels "
            "off."
        )
        return
    names = dict(message.channels.values_list("pk", "name")) if content.channels else {}
    for channel in content.channels:
        yield from _problems(names[channel.id], channel.language, content.languages)


def _problems(name: str, wanted: str, texts: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    language = group_language(wanted, texts)
    if language is None:
        yield _(
            "“%(channel)s” reads %(language)s. Set that text to “ready for review” first, or take "
            "the channel off the message."
        ) % {"channel": name, "language": language_name(wanted)}
    elif found := personal_placeholders("\n".join(texts[language].values())):
        yield _(
            "“%(channel)s” is read by a group, for which %(words)s has no value. Take it out of "
            "the text in %(language)s, or take the channel off the message."
        ) % {"channel": name, "words": ", ".join(found), "language": language_name(language)}
