"""What files of Word and PowerPoint share: languages, fonts that people have, and fixed bytes."""

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

from communications.messages.rendering.language import direction, language_tag
from programmes.design.cells import fit_for_xml

# Fonts that come with Office, Windows or macOS; where one lacks, a neighbour takes its place.
LATIN = "Segoe UI"
EAST_ASIAN = {"zh-hans": "Microsoft YaHei", "ja": "Yu Gothic", "ko": "Malgun Gothic"}
ARABIC = "Segoe UI"
# Spelling is checked by language and country.
COUNTRIES = {
    "en": "en-GB",
    "zh-hans": "zh-CN",
    "ja": "ja-JP",
    "ko": "ko-KR",
    "ar": "ar-SA",
    "fr": "fr-FR",
    "de": "de-DE",
    "es": "es-ES",
    "it": "it-IT",
    "pl": "pl-PL",
    "ru": "ru-RU",
}
# A ZIP knows no zone: the same files have the same bytes wherever and whenever they are made.
PACKED_AT = (1980, 1, 1, 0, 0, 0)


def plain(text: str) -> str:
    """Return a text as a file of Office can hold it, without the marks where a sheet may break."""
    return fit_for_xml(text.replace("|", ""))


def office_tag(language: str) -> str:
    """Return the code of a language as Office knows it, such as ``zh-CN``."""
    return COUNTRIES.get(language, language_tag(language))


def is_rtl(language: str) -> bool:
    """Tell whether a language is written from right to left."""
    return direction(language) == "rtl"


def described(properties: Any, title: str, author: str, language: str, at: datetime) -> None:
    """Write what a file says of itself; the instant is that of the approval, not of the making."""
    instant = at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    properties.title, properties.author = title[:255], plain(author)[:255]
    properties.language = office_tag(language)
    properties.created = properties.modified = properties.last_printed = instant
    properties.last_modified_by, properties.revision = properties.author, 1
    properties.comments = properties.keywords = properties.subject = ""


def packed(made: bytes) -> bytes:
    """Return an Office file with its parts in one order and without the time of its making."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(made)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        # The list of types comes first, as Office writes it.
        for name in sorted(old.namelist(), key=lambda one: (one != "[Content_Types].xml", one)):
            new.writestr(zipfile.ZipInfo(name, PACKED_AT), old.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
