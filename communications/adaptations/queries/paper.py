"""The papers of an adaptation as they will be: its words on the pages that kits are set on."""

from collections.abc import Mapping
from datetime import date, datetime

from communications.kits.documents import Look, UnfitError
from communications.kits.queries.draft import places_of_draft, said_of_words
from communications.kits.queries.kit import Said
from communications.kits.services.kit_making import look
from communications.messages.models import Adaptation, AdaptationVersion
from communications.messages.models.form_content import FormContent
from communications.messages.queries.adapted_core import Core
from communications.messages.queries.channel_text import unfilled
from communications.messages.services.channel_text import FormFrame
from programmes.models import WaveSite
from programmes.scope import Scope

NOTHING = FormFrame()
# Those whose page is drawn; a chat, a post and slides are shown as words.
DRAWN = ("poster", "flyer", "points", "notice")


def places_of(core: Core, adaptation: Adaptation, scope: Scope) -> list[WaveSite]:
    """Return the dated sites in view where its papers hang, by name."""
    return places_of_draft(core.message, scope, adaptation, core.rule)


def frame_of(adaptation: Adaptation, form: str) -> FormFrame:
    """Return until when a form is used and in how many copies, as it is saved; one query."""
    text = adaptation.channel_texts.filter(form=form).first()
    return FormFrame(until_on=text.until_on, copies=text.copies) if text else NOTHING


def said_of(
    adaptation: Adaptation,
    form: str,
    language: str,
    text: Mapping[str, str],
    place: WaveSite,
    now: datetime,
    until_on: date | None = None,
) -> Said:
    """Return what a paper says at a site with these words; from its day on, which is the core's."""
    words = FormContent(texts={language: text}, until_on=until_on)
    return said_of_words(adaptation.message, form, words, language, place, now)


def said_of_version(
    version: AdaptationVersion, form: str, language: str, place: WaveSite, now: datetime
) -> Said | None:
    """Return what a paper of a version says at a site; None without such a text."""
    words = version.frozen.papers.get(form)
    if words is None or language not in words.texts:
        return None
    return said_of_words(version.message, form, words, language, place, now)


def is_written(form: str, text: Mapping[str, str]) -> bool:
    """Tell whether a form has so many words that its file can be made."""
    return not unfilled(text)


def is_drawn(form: str, text: Mapping[str, str]) -> bool:
    """Tell whether a form has pages, and so many words that the first can be shown."""
    return form in DRAWN and is_written(form, text)


def look_of(said: Said, form: str) -> Look:
    """Return the first page of a paper, and what of it does not fit or cannot be printed."""
    try:
        return look(said, form)
    except UnfitError as unfit:
        return Look(b"", [unfit.part])
