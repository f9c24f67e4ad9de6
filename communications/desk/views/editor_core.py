"""What the editor says of the core that is typed: how it changes, its points, who waits for it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from communications.desk.forms.message import MessageForm
from communications.desk.queries.glance import Glance
from communications.messages.models import Message
from communications.messages.models.adaptation import points_in
from communications.messages.queries.change import TextChange, change_of, kind_chosen, proposal_for
from communications.messages.queries.channel_text import own_texts
from communications.messages.queries.points import points_kept
from communications.messages.queries.text_wait import TextWait, text_wait_of
from programmes.queries.texts import SOURCE_LANGUAGE, text_of


@dataclass(frozen=True)
class PointSaid:
    """A key point, and whether the text of each channel says it, by the name of the channel."""

    point: str
    channels: Mapping[str, bool]


def core_looks(message: Message, form: MessageForm, glance: Glance) -> dict[str, Any]:
    """Return what the page says of the core, and of those whose language is not ready."""
    return {
        "change": change_typed(message, form),
        "points": points_typed(message, form),
        "text_wait": _text_wait_typed(message, form, glance),
    }


def change_typed(message: Message, form: MessageForm) -> TextChange | None:
    """Return what is changed in the English of a message, as its author calls it."""
    return change_of(message, form.core_typed(), *form.said)


def kind_typed(message: Message, form: MessageForm) -> str:
    """Return what the author calls the change; empty leaves it to the proposal."""
    return kind_chosen(*form.said, proposal_for(message, form.core_typed()))


def points_typed(message: Message, form: MessageForm) -> list[PointSaid]:
    """Return the key points that are typed, and which channels say each in English (one query)."""
    core = form.core_typed()
    points = points_in(core["key_points"])
    texts = {_("Email"): f"{core['subject']}\n\n{core['body']}", **_texts_of_channels(message)}
    said = {label: points_kept(points, text) for label, text in texts.items()}
    return [
        PointSaid(point, {label: kept[place].is_said for label, kept in said.items()})
        for place, point in enumerate(points)
    ]


def _texts_of_channels(message: Message) -> dict[str, str]:
    """Return the English of each channel that has one, by the channel's name."""
    if not message.pk:
        return {}
    written = {
        str(text.get_form_display()): "\n\n".join(
            filter(None, text_of(text, SOURCE_LANGUAGE, text.fields).values())
        )
        for text in own_texts(message)
    }
    return {label: text for label, text in written.items() if text}


def _text_wait_typed(message: Message, form: MessageForm, glance: Glance) -> TextWait | None:
    if glance.facts is None or glance.planned is None:
        return None
    waits = bool(form.cleaned_data.get("waits_for_text"))
    content = replace(glance.planned, waits_for_text=waits)
    return text_wait_of(content, glance.facts, message.programme.languages)
