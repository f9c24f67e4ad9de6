"""Making one file of a kit from what it should say."""

import base64
import io
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache

from PIL import Image

from communications.dispatches.services.batch import logo_of
from communications.kits.documents import (
    Brand,
    Look,
    Made,
    Sheet,
    UnfitError,
    flyer_layouts,
    look_at,
    poster_layouts,
    set_sheet,
    slides_file,
    word_file,
)
from communications.kits.documents.outline import outline
from communications.kits.models import KitFile
from communications.kits.queries.kit import Said
from communications.kits.queries.kit_kind import FORM_OF
from communications.kits.rendering.sheet import (
    SheetText,
    days_in_words,
    filled,
    form_text,
    labels,
    sheet_text,
)
from communications.messages.channels.draft import draft
from communications.messages.rendering import (
    Filled,
    group_text,
    language_tag,
    prepare,
    preview_html,
)
from programmes.models import Programme

# Pixels: sharp in a mail and on A3, and small enough to go along with each file.
LOGO_SIZE = (480, 240)


@dataclass(frozen=True)
class Content:
    """What a file holds, and a PNG of its first page if it has pages."""

    data: bytes
    picture: bytes = b""


def make(said: Said, kind: str) -> Content:
    """Return a file.

    Raises:
        UnfitError: a text is too long for the sheet, or has a character that no font has.
    """
    return MAKERS[kind](said)


def poster(said: Said) -> Content:
    sheet = sheet_of(said, KitFile.Kind.POSTER)
    return _set(poster_layouts(sheet), sheet)


def flyer(said: Said) -> Content:
    sheet = sheet_of(said, KitFile.Kind.FLYER)
    return _set(flyer_layouts(sheet), sheet)


def mail(said: Said) -> Content:
    filled, logo = mail_of(said), small_logo(_programme(said))
    images = {"logo": logo} if "cid:logo" in filled.html and logo else {}
    tag = language_tag(said.language)
    return Content(draft(filled.subject, filled.text, filled.html, images, tag))


def page(said: Said) -> Content:
    """Return the mail as a page that needs no other file."""
    logo = base64.b64encode(small_logo(_programme(said))).decode()
    return Content(preview_html(mail_of(said), f"data:image/png;base64,{logo}").encode())


def text(said: Said) -> Content:
    """Return the mail as plain text, with its subject on top."""
    filled = mail_of(said)
    return _plain(f"{filled.subject}\n\n{filled.text}")


def chat(said: Said) -> Content:
    """Return what is posted in a chat: its own text or the email’s, then the address."""
    if own := said.forms.get("chat"):
        written = group_text(_programme(said), said.language, "", own["body"], said.values)
        return _plain(f"{written.text}\n\n{said.url}\n")
    written = group_text(
        _programme(said), said.language, said.text["subject"], said.text["body"], said.values
    )
    return _plain(f"{written.title}\n\n{written.text}\n\n{said.url}\n")


# Of A4, where posters are drawn for A3.
A4 = 210 / 297


def look(said: Said, form: str) -> Look:
    """Return a page of a form as it will hang, and what of it does not fit.

    Raises:
        KeyError: the form has no pages.
        UnfitError: it has a character that no font has.
    """
    if form in ("points", "notice"):
        return look_at(form, page_of(said, form))
    sheet = sheet_of(said, form)
    return look_at(LAYOUTS[form](sheet)[-1], sheet)


def poster_in_a4(said: Said) -> Content:
    """Return a poster for a printer in an office."""
    sheet = replace(sheet_of(said, KitFile.Kind.POSTER), scale=A4)
    return _set(poster_layouts(sheet), sheet)


LAYOUTS: dict[str, Callable[[Sheet], list[str]]] = {
    KitFile.Kind.POSTER: poster_layouts,
    KitFile.Kind.FLYER: flyer_layouts,
}


def points(said: Said) -> Content:
    """Return talking points as a PDF of A4 pages."""
    return _set(["points"], page_of(said, "points"))


def points_for_word(said: Said) -> Content:
    """Return talking points as a document that a speaker may change."""
    return Content(word_file(page_of(said, "points")))


def slides(said: Said) -> Content:
    """Return slides with what to say in their notes."""
    return Content(slides_file(page_of(said, "slides")))


def notice(said: Said) -> Content:
    """Return a short notice for a board, A4."""
    return _set(["notice"], page_of(said, "notice"))


MAKERS: dict[str, Callable[[Said], Content]] = {
    KitFile.Kind.POSTER: poster,
    KitFile.Kind.FLYER: flyer,
    KitFile.Kind.MAIL: mail,
    KitFile.Kind.PAGE: page,
    KitFile.Kind.TEXT: text,
    KitFile.Kind.CHAT: chat,
    KitFile.Kind.POINTS: points,
    KitFile.Kind.DOCX: points_for_word,
    KitFile.Kind.SLIDES: slides,
    KitFile.Kind.NOTICE: notice,
}


def sheet_of(said: Said, kind: str) -> Sheet:
    """Return what poster or flyer says: its own words, else what the email says."""
    own = said.forms.get(FORM_OF[kind])
    if own:
        words = form_text(said.language, own, said.values)
    else:
        words = sheet_text(said.language, said.text["subject"], said.text["body"], said.values)
    return worded(said, words, FORM_OF[kind] if own else "")


def page_of(said: Said, form: str) -> Sheet:
    """Return a page that flows, of a form that was written for it."""
    own = said.forms[form]
    title = filled(own["headline"], said.values)
    words = SheetText(title, "", (), labels(said.language), is_written=True)
    blocks = outline(own["body"], said.language, said.values)
    kind = words.labels["points"] if form == "points" else ""
    return replace(worded(said, words, form), blocks=blocks, kind=kind)


def worded(said: Said, words: SheetText, form: str) -> Sheet:
    """Return a sheet of a site with these words; ``form`` says when it hangs, if it is one."""
    since, until = days_in_words(said.language, *said.days_of(form)) if form else ("", "")
    return Sheet(
        language=said.language,
        title=words.title,
        lead=words.lead,
        points=words.points,
        labels=words.labels,
        site=said.place.site.name,
        live_on=said.live_on if said.is_dated else None,
        url=said.url,
        phone=said.support.phone,
        address=said.support.mail or said.support.link,
        brand=brand_of(_programme(said)),
        at=said.at,
        is_near=said.is_near,
        action=words.lead if words.is_written else "",
        since=since,
        until=until,
        is_written=words.is_written,
    )


def brand_of(programme: Programme) -> Brand:
    """Return what a programme gives to its sheets."""
    return Brand(
        name=programme.name,
        accent=programme.accent,
        strong=programme.accent_strong,
        soft=programme.accent_soft,
        logo=small_logo(programme),
    )


def mail_of(said: Said) -> Filled:
    """Return the mail for all people of the site: nobody is named in it."""
    programme = _programme(said)
    return prepare(programme, said.language, said.text["subject"], said.text["body"]).fill(
        said.values
    )


def small_logo(programme: Programme) -> bytes:
    """Return the programme's logo as a PNG of moderate size; empty without one."""
    return _small(logo_of(programme)) if programme.logo else b""


@lru_cache(maxsize=8)
def _small(logo: bytes) -> bytes:
    if not logo:
        return b""
    out = io.BytesIO()
    with Image.open(io.BytesIO(logo)) as image:
        image.thumbnail(LOGO_SIZE)
        image.convert("RGBA").save(out, "PNG", optimize=True)
    return out.getvalue()


def _programme(said: Said) -> Programme:
    programme: Programme = said.place.wave.programme
    return programme


def _set(layouts: Sequence[str], sheet: Sheet) -> Content:
    """Return a sheet in the first of some layouts that its words fit in."""
    *special, usual = layouts
    for layout in special:
        with suppress(UnfitError):
            return _content(set_sheet(layout, sheet))
    return _content(set_sheet(usual, sheet))


def _content(made: Made) -> Content:
    return Content(made.pdf, made.picture)


def _plain(written: str) -> Content:
    """Return text as Windows, macOS and Linux open it: UTF-8 that says so, lines of Windows."""
    return Content(written.replace("\n", "\r\n").encode("utf-8-sig"))
