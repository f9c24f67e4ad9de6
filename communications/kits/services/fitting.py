"""Which words that were written for a page do not fit it: asked before somebody approves them.

No site is asked for, since what it adds to a page has a line of its own.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache

from communications.kits.documents import Brand, Sheet, UnfitError, look_at
from communications.kits.documents.outline import outline
from communications.kits.queries.kit_item import problems_in_words
from communications.kits.rendering.sheet import POINTS, labels
from communications.kits.services.kit_making import LAYOUTS
from communications.messages.channels.lengths import too_long
from communications.messages.models import ChannelText
from communications.messages.models.form_content import FormContent
from programmes.design.formats import comma, language_name

# Whatever the colours: they change no size.
PLAIN = Brand("", "#2A41C2", "#1E3099", "#E8ECFB")
# Pages that flow have room for any number of words.
FLOWING = ("points", "notice")
# A part of a text that no line breaks inside of, and that may run off a page.
LONG_WORD = 16
# Signs from here on are in few fonts.
RARE = 0x2E80


def unfit_in(forms: Mapping[str, FormContent]) -> list[str]:
    """Return in words which texts of some forms cannot be printed, and why; without a query."""
    return [
        f"{ChannelText.Form(form).label}{comma()}{language_name(code)}: {problem}"
        for form, content in forms.items()
        for code, text in content.texts.items()
        for problem in problems_in_words(parts_unfit(form, code, text))
    ]


def parts_unfit(form: str, language: str, text: Mapping[str, str]) -> tuple[str, ...]:
    """Return the parts of a page that its words do not fit, by name.

    What is within its guides fits in every language, and is not set.
    """
    if form not in (*LAYOUTS, *FLOWING) or not _is_doubtful(form, language, text):
        return ()
    return _parts(form, language, tuple(text.items()))


def _is_doubtful(form: str, language: str, text: Mapping[str, str]) -> bool:
    words = " ".join(text.values())
    is_rare = language not in ("zh-hans", "ja", "ko") and any(ord(sign) >= RARE for sign in words)
    has_long = any(len(word) > LONG_WORD for word in words.split())
    return is_rare or has_long or bool(too_long(form, language, text))


@lru_cache(maxsize=512)
def _parts(form: str, language: str, fields: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    sheet = _sheet(form, language, dict(fields))
    layout = form if form in FLOWING else LAYOUTS[form](sheet)[-1]
    try:
        return tuple(look_at(layout, sheet).unfit)
    except UnfitError as unfit:
        return (unfit.part,)


def _sheet(form: str, language: str, text: Mapping[str, str]) -> Sheet:
    body = text.get("body", "")
    return Sheet(
        language=language,
        title=text.get("headline", ""),
        lead=text.get("action", ""),
        points=tuple(_points(text)),
        labels=labels(language),
        site="",
        live_on=None,
        url="https://onelift.example/",
        phone="",
        address="",
        brand=PLAIN,
        at=datetime(2026, 1, 1, tzinfo=UTC),
        action=text.get("action", ""),
        blocks=outline(body, language, {}) if form in FLOWING else (),
        is_written=True,
    )


def _points(text: Mapping[str, str]) -> Iterator[str]:
    yield from (text[name] for name in POINTS if text.get(name))
