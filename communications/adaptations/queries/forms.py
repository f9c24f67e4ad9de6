"""The texts of an adaptation: its email and those of other channels."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from communications.messages.channels import lengths
from communications.messages.models import Adaptation, ChannelText
from communications.messages.models.channel_text import BRIEFING as BRIEFING_NAME
from communications.messages.models.form_content import FormContent
from communications.messages.queries.review import unread_by_form
from programmes.design import formats
from programmes.queries.texts import MISSING, TextStatus, states_of

EMAIL = lengths.EMAIL
POSTER, BRIEFING = ChannelText.Form.POSTER.value, ChannelText.Form.POINTS.value
# In the order of the page: first what reaches people without email, last what groups read.
CHANNELS: tuple[str, ...] = (
    *(POSTER, BRIEFING, ChannelText.Form.FLYER.value, ChannelText.Form.NOTICE.value),
    *(ChannelText.Form.SLIDES.value, ChannelText.Form.CHAT.value, ChannelText.Form.POST.value),
)
FIELDS: Mapping[str, tuple[str, ...]] = {
    EMAIL: ("subject", "body"),
    **{form: ChannelText.FIELDS[form] for form in CHANNELS},
}
WORDS: Mapping[str, str | Promise] = {
    EMAIL: gettext_lazy("Email"),
    **{form.value: form.label for form in ChannelText.Form},
    BRIEFING: BRIEFING_NAME,
}


@dataclass(frozen=True)
class FormText:
    """One form of an adaptation in one language."""

    form: str
    language: str
    status: TextStatus

    @property
    def words(self) -> str:
        """Return its name: poster, Spanish."""
        return f"{WORDS[self.form]}{formats.comma()}{formats.language_name(self.language)}"


def forms_of(adaptation: Adaptation) -> list[str]:
    """Return the forms that its people get."""
    return [EMAIL, *CHANNELS] if adaptation.has_email else list(CHANNELS)


def holders_of(adaptation: Adaptation) -> dict[str, Adaptation | ChannelText]:
    """Return what holds the text of each form that is written; one query."""
    texts = {one.form: one for one in adaptation.channel_texts.all()}
    for one in texts.values():
        one.message = adaptation.message
    return {EMAIL: adaptation, **texts}


def statuses_of(adaptation: Adaptation) -> dict[str, dict[str, TextStatus]]:
    """Return the state of each language of each form that its people get."""
    holders = holders_of(adaptation)
    languages = adaptation.message.programme.languages
    empty = {
        form: {
            code: TextStatus(code, MISSING, dict.fromkeys(FIELDS[form], "")) for code in languages
        }
        for form in forms_of(adaptation)
    }
    written = {
        form: states_of(holders[form], FIELDS[form], languages) for form in empty if form in holders
    }
    return empty | written


def unread_of(
    adaptation: Adaptation, statuses: Mapping[str, Mapping[str, TextStatus]]
) -> dict[str, list[str]]:
    """Return by form the languages that stay out of an approval until somebody reviews them."""
    named = {key_of(form): found for form, found in statuses.items()}
    unread = unread_by_form(adaptation.message, named, adaptation.pk)
    return {form: unread[key_of(form)] for form in statuses}


def key_of(form: str) -> str:
    """Return how reviews name a form: they leave the email out."""
    return "" if form == EMAIL else form


def written_of(statuses: Mapping[str, Mapping[str, TextStatus]]) -> list[FormText]:
    """Return what is written, form by form."""
    return [
        FormText(form, code, status)
        for form, by_language in statuses.items()
        for code, status in by_language.items()
        if status.state != MISSING
    ]


def frames_of(
    holders: Mapping[str, Adaptation | ChannelText], forms: Collection[str]
) -> dict[str, dict[str, Any]]:
    """Return until when some forms are used and in how many copies, where somebody has said."""
    texts = {form: one for form, one in holders.items() if isinstance(one, ChannelText)}
    found = {
        form: FormContent(until_on=one.until_on, copies=one.copies).frame()
        for form, one in texts.items()
        if form in forms
    }
    return {form: frame for form, frame in found.items() if frame}
