"""What an event says in each language: what was approved, else what is written."""

from collections.abc import Mapping, Sequence

from django.utils.translation import get_language

from communications.messages.rendering import reading_language
from communications.models import Approval
from events.models import Event
from programmes.queries.texts import SOURCE_LANGUAGE, states_of, text_of
from programmes.scope import Scope

FIELDS = ("title", "what", "agenda")
READY = ("review", "approved")
MORE = "event"

Texts = dict[str, Mapping[str, str]]


def ready_texts(event: Event) -> Texts:
    """Return the texts by language that may be shown for approval."""
    statuses = states_of(event, FIELDS, event.programme.languages)
    return {code: status.text for code, status in statuses.items() if status.state in READY}


def approved_texts(event: Event) -> Texts | None:
    """Return the texts as approved last, or None: then the event is not public."""
    given = event.invitation.approvals.once_given().order_by("-version").first()
    return given.frozen.more.get(MORE) if given else None


def names_of(events: Sequence[Event], scope: Scope) -> dict[int, str]:
    """Return the titles of events by id, in the active language; one query at most.

    Who reads no drafts gets the title as it was approved last, where it was.
    """
    names = {event.pk: str(event) for event in events}
    if scope.reads_drafts:
        return names
    invitations = {event.invitation_id: event.pk for event in events}
    given = Approval.objects.once_given().filter(message__in=invitations).order_by("version")
    for version in given:
        if texts := version.frozen.more.get(MORE):
            _code, text = text_in(texts, get_language() or SOURCE_LANGUAGE)
            names[invitations[version.message_id]] = text["title"]
    return names


def texts_of(event: Event) -> Texts:
    """Return the approved texts, or in their absence the English as it is written."""
    return approved_texts(event) or {SOURCE_LANGUAGE: text_of(event, SOURCE_LANGUAGE, FIELDS)}


def text_in(texts: Texts, language: str) -> tuple[str, Mapping[str, str]]:
    """Return the language in which a reader gets a text, and that text."""
    code = reading_language(language, texts) or SOURCE_LANGUAGE
    return code, texts[code]
