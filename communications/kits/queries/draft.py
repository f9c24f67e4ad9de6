"""A text that somebody is writing, as its files would be: at one site, in one language."""

from datetime import datetime

from communications.kits.queries.kit import Said, due_on_at, url_at
from communications.messages.models import Adaptation, Approval, ChannelText, Message
from communications.messages.models.content import Content
from communications.messages.models.form_content import FormContent
from communications.messages.queries.channel_text import CORE
from communications.messages.queries.content import places_in
from programmes.models import WaveSite
from programmes.queries.support import merged
from programmes.queries.texts import text_of
from programmes.scope import Scope
from stakeholders.audiences.models.rule import Rule


def places_of_draft(
    message: Message,
    scope: Scope,
    adaptation: Adaptation | None = None,
    audience: Rule | None = None,
) -> list[WaveSite]:
    """Return the dated sites in view that a text is for, by name: of a message, or of some people.

    An adaptation that names no place is for all sites of its message. ``audience`` is what the
    reader may see of it, by default the one of the draft.
    """
    rule = audience or message.audience.rule()
    places = [p for p in places_in(message.programme_id, scope) if rule.names(p)]
    if adaptation:
        places = [p for p in places if adaptation.is_at(p.site)]
    return sorted(places, key=lambda place: place.site.name)


def said_of_draft(text: ChannelText, language: str, place: WaveSite, now: datetime) -> Said:
    """Return what the files of a text of a message say as it is written now; one query."""
    words = FormContent(
        texts={language: text_of(text, language, text.fields)},
        from_on=text.from_on,
        until_on=text.until_on,
    )
    return said_of_words(text.message, text.form, words, language, place, now)


def said_of_words(
    message: Message,
    form: str,
    words: FormContent,
    language: str,
    place: WaveSite,
    now: datetime,
) -> Said:
    """Return what the files of a form say with these words; one query."""
    place.wave.programme = message.programme
    content = Content.of_draft(message, message.audience.rule())
    languages = {language: text_of(message, language, CORE)}
    frozen = Content(**{**vars(content), "languages": languages, "forms": {form: words}})
    approval = Approval(message=message, content=frozen.to_json(), asked_at=now)
    contacts = message.programme.support_contacts.all()
    return Said(
        approval=approval,
        place=place,
        language=language,
        live_on=place.live_on,
        is_dated=False,
        is_near=False,
        url=url_at(place, language),
        support=merged(c for c in contacts if c.site_id in (None, place.site_id)),
        due_on=due_on_at(approval, place),
    )
