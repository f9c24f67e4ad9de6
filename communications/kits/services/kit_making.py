"""Making one file of a kit from what it should say."""

import base64
import io
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image

from communications.dispatches.services.batch import logo_of
from communications.kits.documents import (
    Brand,
    Made,
    Sheet,
    UnfitError,
    flyer_layouts,
    poster_layouts,
    set_sheet,
)
from communications.kits.models import KitFile
from communications.kits.queries.kit import Said
from communications.kits.rendering.sheet import sheet_text
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
    sheet = sheet_of(said)
    return _set(poster_layouts(sheet), sheet)


def flyer(said: Said) -> Content:
    sheet = sheet_of(said)
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
    """Return what is posted in a chat: title, paragraphs, and where more stands."""
    written = group_text(
        _programme(said), said.language, said.text["subject"], said.text["body"], said.values
    )
    return _plain(f"{written.title}\n\n{written.text}\n\n{said.url}\n")


MAKERS: dict[str, Callable[[Said], Content]] = {
    KitFile.Kind.POSTER: poster,
    KitFile.Kind.FLYER: flyer,
    KitFile.Kind.MAIL: mail,
    KitFile.Kind.PAGE: page,
    KitFile.Kind.TEXT: text,
    KitFile.Kind.CHAT: chat,
}


def sheet_of(said: Said) -> Sheet:
    """Return what poster and flyer say."""
    words = sheet_text(said.language, said.text["subject"], said.text["body"], said.values)
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
        at=said.approval.decided_at or said.approval.asked_at,
        is_near=said.is_near,
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
