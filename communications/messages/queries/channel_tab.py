"""The channels of a message as tabs, each with how long its text is or what it lacks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.messages.channels.lengths import guide, length_of, too_long
from communications.messages.models import ChannelText, Message
from communications.messages.queries.channel_text import own_texts, statuses_of
from programmes.design.formats import number, short_day
from programmes.queries.texts import MISSING, SOURCE_LANGUAGE, STALE, TextStatus, text_of

# Silent reading of English that explains something: Brysbaert, How many words do we read per
# minute?, Journal of Memory and Language 109, 2019.
WORDS_PER_MINUTE = 238


@dataclass(frozen=True)
class Tab:
    """One channel of a message in one language; ``detail`` says how long it is, or what to do."""

    form: str
    label: str
    state: str
    detail: str
    text: ChannelText | None = None


def email_detail(message: Message) -> str:
    """Return how long the English email is, and how long it takes to read."""
    words = len(text_of(message, SOURCE_LANGUAGE, ("body",))["body"].split())
    sentence = ngettext("%(words)s word, %(seconds)s s", "%(words)s words, %(seconds)s s", words)
    seconds = round(60 * words / WORDS_PER_MINUTE)
    return sentence % {"words": number(words), "seconds": number(seconds)}


def tabs_of(message: Message, language: str, due_on: date | None) -> list[Tab]:
    """Return all channels that a message can have a text for, in two queries."""
    texts = {text.form: text for text in own_texts(message)}
    statuses = statuses_of(list(texts.values()), [language])
    return [_tab(form, texts.get(form), statuses, language, due_on) for form in ChannelText.Form]


def _tab(
    form: Any,
    text: ChannelText | None,
    statuses: Mapping[int, Mapping[str, TextStatus]],
    language: str,
    due_on: date | None,
) -> Tab:
    status = statuses[text.pk][language] if text else TextStatus(language, MISSING, {})
    day = (text.from_on if text else None) or due_on
    return Tab(str(form), str(form.label), status.state, detail_of(text, status, day), text)


def detail_of(text: ChannelText | None, status: TextStatus, day: date | None) -> str:
    """Return in a few words how long a text is, or what it lacks."""
    if text is None or status.state == MISSING:
        return _("Empty, due %(day)s") % {"day": short_day(day)} if day else _("Empty")
    if text.is_proposed:
        return _("Proposed from the email")
    if status.state == STALE:
        return _("The English has changed")
    if "first" in text.fields:
        return _sheet_detail(text, status)
    most = guide(text.form, "body", status.language) or 0
    return _("%(length)s of %(most)s characters") % {
        "length": number(length_of(status.text["body"])),
        "most": number(most),
    }


def _sheet_detail(text: ChannelText, status: TextStatus) -> str:
    if too_long(text.form, status.language, status.text):
        return _("Too long for its page")
    return _("Fits its page")
