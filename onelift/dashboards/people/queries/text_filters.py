"""The filters of the people list that mean who gets a message in which language."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communications.approvals.services.approval import content_of
from communications.desk.queries.message import frozen_for
from communications.messages.channels.lengths import EMAIL
from communications.messages.models import ChannelText
from communications.messages.models.content import Content
from communications.messages.queries.adaptation import in_force_with
from communications.messages.queries.adapted_readers import served_people
from communications.messages.queries.served import (
    ANY,
    CHANNELS,
    NOT_EMAIL,
    readers_of,
    served_of,
)
from communications.messages.queries.text_wait import NOTHING, OTHER, OWN, codes_lacking
from communications.models import Approval, Message
from onelift.dashboards.people.queries.reader import Narrow, Reader, number_in
from programmes.design.formats import language_title
from stakeholders.models import Person

SERVED: dict[str, str | Promise] = {
    ANY: gettext_lazy("Can get it in their language"),
    EMAIL: gettext_lazy("Can get it in their language by email"),
    NOT_EMAIL: gettext_lazy("Can get it in their language, not by email"),
}

LACKS: dict[str, str | Promise] = {
    OWN: gettext_lazy("Their language is not ready"),
    OTHER: gettext_lazy("Gets another language"),
    NOTHING: gettext_lazy("Gets nothing: no text is ready"),
}


def reads(reader: Reader, value: str) -> tuple[str, Narrow]:
    """Narrow to those who call a language of the programme theirs."""
    codes = readers_of(value, _languages(reader), reader.programme.languages)
    label = _("Reads %(language)s") % {"language": language_title(value.replace("\x00", ""))}
    return label, lambda people: people.filter(language__in=codes)


def served(reader: Reader, value: str) -> tuple[str, Narrow]:
    """Narrow to those who can get a message in their language as its texts are now."""
    if value not in (ANY, NOT_EMAIL, *CHANNELS):
        raise Http404
    condition = served_of(_message_asked(reader), _languages(reader), reader.scope).by(value)
    return _served_label(value), lambda people: people.filter(condition)


def _served_label(value: str) -> str:
    if value in SERVED:
        return str(SERVED[value])
    channel = ChannelText.Form(value).label
    return _("Can get it in their language: %(channel)s") % {"channel": channel}


def lacks(reader: Reader, value: str) -> tuple[str, Narrow]:
    """Narrow to those for whose language a message has no text, as its page counts them."""
    if value not in LACKS:
        raise Http404
    message, content = _content_asked(reader)
    codes = codes_lacking(value, content, _languages(reader), reader.programme.languages)
    versions = in_force_with({message.pk: content})[message.pk]
    people = Person.objects.within(reader.scope).active()
    adapted = served_people(people, versions, codes).values("pk")
    return str(LACKS[value]), lambda found: found.filter(language__in=codes).exclude(pk__in=adapted)


def _message_asked(reader: Reader) -> Message:
    """Return the message whose audience the same address means; drafts are for their readers.

    Raises:
        Http404: it means none, or the reader sees no drafts.

    """
    if not reader.scope.reads_drafts:
        raise Http404
    if version := reader.query.get("version"):
        return _version_asked(reader, version).message
    return _message_with(reader, reader.query.get("audience", ""))


def _content_asked(reader: Reader) -> tuple[Message, Content]:
    """Return that message with what is said: a version of it, or what the reader may see.

    Raises:
        Http404: the address means none that is in view.

    """
    if number := reader.query.get("version"):
        version = _version_asked(reader, number)
        return version.message, version.frozen
    message = _message_with(reader, reader.query.get("audience", ""))
    return message, frozen_for(message, reader.scope) or content_of(message)


def _version_asked(reader: Reader, value: str) -> Approval:
    versions = Approval.objects.within(reader.scope)
    if not reader.scope.reads_drafts:
        versions = versions.standing()
    found = versions.select_related("message__programme")
    version: Approval = get_object_or_404(found, pk=number_in(value))
    return version


def _message_with(reader: Reader, audience: str) -> Message:
    found = Message.objects.within(reader.scope).select_related("programme", "audience")
    message: Message = get_object_or_404(found, audience=number_in(audience))
    return message


def _languages(reader: Reader) -> list[str]:
    """Return the languages that people in view want, as the personnel files write them."""
    people = Person.objects.within(reader.scope).order_by()
    return list(people.values_list("language", flat=True).distinct())
