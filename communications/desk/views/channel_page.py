"""The page of one channel's text: its tabs, its fields, its hints, and how it will look."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from communications.desk.forms.channel_text import FRAME, ChannelTextForm
from communications.desk.queries.standing import standing_of
from communications.groups.channels.group import limits_of
from communications.kits.documents import Look, UnfitError
from communications.kits.documents.slides import slides_of
from communications.kits.queries.draft import places_of_draft, said_of_draft
from communications.kits.services.kit_making import look, page_of
from communications.messages.channels.foreign_words import foreign_words
from communications.messages.channels.lengths import too_long
from communications.messages.models import ChannelText
from communications.messages.queries.channel_tab import email_detail, tabs_of
from communications.messages.queries.channel_text import source_of_text, statuses_of
from communications.messages.rendering import group_text
from communications.messages.services.channel_text import proposal_for
from programmes.access import ScopedRequest
from programmes.database.clock import database_now
from programmes.design.fields import is_key
from programmes.models import WaveSite, fingerprint
from programmes.queries.texts import MISSING, SOURCE_LANGUAGE, STALE, text_of
from stakeholders.audiences.queries.people import number_of

# Those whose page is drawn; a chat and slides are shown as words.
DRAWN = ("poster", "flyer", "points", "notice")


def form_of(request: ScopedRequest, text: ChannelText, language: str) -> ChannelTextForm:
    """Return the form of one language of a text, with what there is."""
    there = text_of(text, language, text.fields)
    return ChannelTextForm(
        request.POST or None,
        text=text,
        language=language,
        has_frame=language == SOURCE_LANGUAGE and request.scope.may("message.write"),
        initial={
            **there,
            **{name: getattr(text, name) for name in FRAME},
            "text_seen": fingerprint(there),
            "source_seen": source_of_text(text, language),
        },
    )


@dataclass(frozen=True)
class Seen:
    """The site at which a page is looked at, the next one, its number, and how many there are."""

    place: WaveSite | None = None
    following: WaveSite | None = None
    number: int = 0
    places: int = 0


def place_shown(request: ScopedRequest, places: Sequence[WaveSite]) -> Seen:
    """Return the site of some that an address names, else the first."""
    if not places:
        return Seen()
    asked = request.GET.get("site", "")
    ids = [place.site_id for place in places]
    at = ids.index(int(asked)) if is_key(asked) and int(asked) in ids else 0
    following = places[(at + 1) % len(places)] if len(places) > 1 else None
    return Seen(places[at], following, at + 1, len(places))


def size_shown(request: ScopedRequest) -> str:
    """Return the paper that an address asks for: A3, unless it says A4."""
    return "a4" if request.GET.get("size") == "a4" else "a3"


def channel_page(
    request: ScopedRequest, text: ChannelText, language: str, form: ChannelTextForm
) -> HttpResponse:
    """Show one language of a channel's text."""
    message = text.message
    state = standing_of(message, request.scope, database_now())
    languages = message.programme.languages
    statuses = statuses_of([text], languages)[text.pk]
    typed = form.typed()
    context = {
        "message": message,
        "title": message.title,
        "state": state,
        "people": number_of(message.audience.rule(), request.scope),
        "text": text,
        "form": form,
        "language": language,
        "source": SOURCE_LANGUAGE,
        "english": text_of(text, SOURCE_LANGUAGE, text.fields),
        "email_detail": email_detail(message),
        "tabs": tabs_of(message, language, state.due_on),
        "text_state": statuses[language].state,
        "is_stale": statuses[language].state == STALE,
        "is_behind": language != SOURCE_LANGUAGE and statuses[SOURCE_LANGUAGE].state == STALE,
        "is_asked": statuses[language].is_asked,
        "is_missing": statuses[language].state == MISSING,
        "languages": [(code, status.state) for code, status in statuses.items()],
        "writable": request.scope.writable(languages),
        "hints": foreign_words(text.form, language, typed),
        "too_long": [form[name].label for name in too_long(text.form, language, typed)],
        "left_out": proposal_for(message, text.form).left_out if text.is_proposed else (),
        "limits": limits_of(message.channels.all()) if text.form in ("chat", "post") else [],
        **looks_of(request, text, language),
    }
    return render(request, "communications/channel_text.html", context)


def looks_of(request: ScopedRequest, text: ChannelText, language: str) -> dict[str, Any]:
    """Return how a saved text looks: its page at a site, its slides, or the words of a chat."""
    at = place_shown(request, places_of_draft(text.message, request.scope))
    place = at.place
    written = text_of(text, language, text.fields)
    seen: dict[str, Any] = {"place": place, "next_place": at.following}
    seen |= {"number": at.number, "places": at.places, "size": size_shown(request)}
    if text.pk is None or not any(written.values()):
        return seen
    if text.form in ("chat", "post"):
        subject = written.get("headline", "")
        return seen | {"said": group_text(request.programme, language, subject, written["body"])}
    if place is None:
        return seen
    return seen | _drawn(text, language, place)


def _drawn(text: ChannelText, language: str, place: WaveSite) -> dict[str, Any]:
    said = said_of_draft(text, language, place, database_now())
    if text.form not in DRAWN:
        sheet = page_of(said, text.form)
        return {"slides": list(slides_of(sheet.blocks, sheet.title)), "deck": sheet}
    shown = _look(said, text.form)
    return {
        "is_drawn": bool(shown.picture),
        "unfit": shown.unfit,
        "mark": fingerprint(text_of(text, language, text.fields))[:12],
    }


def _look(said: Any, form: str) -> Look:
    try:
        return look(said, form)
    except UnfitError as unfit:
        return Look(b"", [unfit.part])
