"""What an approval says of the channels of groups, and what must hold before it is asked for.

A group reads one text together: it has no name, no site and no link of its own.
"""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from communications.dispatches.sources import source_of
from communications.messages.models import Message
from communications.messages.models.content import Content, Target
from communications.messages.rendering import group_language, texts_for_group
from communications.messages.rendering.placeholders import personal_placeholders
from programmes.design.formats import language_name, listed


def targets_of(message: Message) -> tuple[Target, ...]:
    """Return the channels that a content names."""
    chosen = message.channels.filter(is_active=True).order_by("pk")
    return tuple(Target(**row) for row in chosen.values("id", "kind", "language"))


def reasons_against(message: Message, content: Content) -> Iterator[str]:
    """Yield why a content cannot go to its channels, each with what to do instead."""
    if content.channels and source_of(message).placeholders:
        yield _(
            "This message contains personal links, which must not be posted to a group. "
            "Remove its channels."
        )
        return
    names = dict(message.channels.values_list("pk", "name")) if content.channels else {}
    for channel in content.channels:
        texts = texts_for_group(content, channel.kind)
        yield from _problems(names[channel.id], channel.language, texts)


def _problems(name: str, wanted: str, texts: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    language = group_language(wanted, texts)
    if language is None:
        yield _(
            "“%(channel)s” uses %(language)s. Mark that text as ready for review first, or "
            "remove the channel from the message."
        ) % {"channel": name, "language": language_name(wanted)}
    elif found := personal_placeholders("\n".join(texts[language].values())):
        yield _(
            "“%(channel)s” is read by a group, so %(words)s has no value there. Remove it "
            "from the text in %(language)s, or remove the channel from the message."
        ) % {"channel": name, "words": listed(found), "language": language_name(language)}
