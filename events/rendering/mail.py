"""The mails about one's own registration: what each says, in the reader's language."""

from collections.abc import Mapping

from django.utils import translation
from django.utils.translation import gettext

from communications.messages.rendering.letter import Filled, prepare
from events.models import EventMail
from programmes.models import Programme

PLACEHOLDERS = frozenset(
    {"event_title", "event_day", "event_hours", "event_place", "event_code", "event_link"}
)


def render_mail(
    kind: str, programme: Programme, language: str, values: Mapping[str, str]
) -> Filled:
    """Return a mail; ``values`` holds what stands for ``PLACEHOLDERS`` and the first name."""
    with translation.override(language):
        subject, body = _texts()[kind]
        reason = gettext("You are receiving this email because you registered for this event.")
    prepared = prepare(programme, language, subject, body, PLACEHOLDERS, reason=reason)
    return prepared.fill(values)


def _texts() -> dict[str, tuple[str, str]]:
    """Return subject and text of each kind, in the active language."""
    hello = "{{ first_name }}"
    where = "{{ event_day }}, {{ event_hours }}\n\n{{ event_place }}"
    ticket = gettext("Show my ticket")
    button = f"[{ticket}]({{{{ event_link }}}})"
    code = gettext("Your code is {{ event_code }}. Show it at the entrance.")
    calendar = gettext("The attached file updates your calendar.")
    said = {
        EventMail.Kind.CONFIRMED: (
            gettext("You are registered: {{ event_title }}"),
            (gettext("You have a seat at {{ event_title }}."), where, code, button, calendar),
        ),
        EventMail.Kind.WAITING: (
            gettext("On the waiting list: {{ event_title }}"),
            (
                gettext("All seats at {{ event_title }} are taken. You are on the waiting list."),
                where,
                gettext("We will email you as soon as a seat is free for you."),
                button,
            ),
        ),
        EventMail.Kind.PROMOTED: (
            gettext("A seat is free for you: {{ event_title }}"),
            (
                gettext("A seat at {{ event_title }} has become free, and it is yours."),
                where,
                code,
                button,
                gettext(
                    "If you cannot come, please cancel there, so that someone else gets the seat."
                ),
            ),
        ),
        EventMail.Kind.WITHDRAWN: (
            gettext("Registration cancelled: {{ event_title }}"),
            (gettext("You have cancelled your registration for {{ event_title }}."), calendar),
        ),
        EventMail.Kind.MOVED: (
            gettext("New time or place: {{ event_title }}"),
            (
                gettext("The time or place of {{ event_title }} has changed. It is now:"),
                where,
                gettext(
                    "Your registration is still valid. If you cannot come, please cancel it there."
                ),
                button,
                calendar,
            ),
        ),
        EventMail.Kind.OFF: (
            gettext("Cancelled: {{ event_title }}"),
            (
                gettext("{{ event_title }} will not take place. We are sorry."),
                where,
                calendar,
            ),
        ),
    }
    return {
        kind: (subject, "\n\n".join((hello, *parts))) for kind, (subject, parts) in said.items()
    }
