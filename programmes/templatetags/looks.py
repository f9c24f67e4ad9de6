"""How things look: icons, status marks, formats, and the blocks that pages are built of.

Built in: templates use these without ``{% load %}``. Texts given to a tag are translated already.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from programmes.design import formats
from programmes.design.marks import FACES, ICONS, SHAPES, STATUSES, TONE_SHAPES

register = template.Library()
register.filter("size", formats.size)

NOTE_ICONS = {"good": "check", "warn": "warn", "bad": "warn", "stale": "clock", "info": "bulb"}


CHIP = re.compile("‹([^‹›]+)›")
PLACEHOLDER = re.compile(r"{{\s*[a-z_]+\s*}}")


@register.filter
def with_chips(title: str) -> SafeString:
    """Show the placeholders of a title, such as ‹go-live date›, as chips."""
    shown = CHIP.sub(r'<span class="ol-ph">\1</span>', conditional_escape(title))
    shown = f"<bdi>{shown}</bdi>" if formats.is_apart(CHIP.sub("", str(title))) else shown
    return mark_safe(shown)  # noqa: S308 (escaped above)


@register.filter
def with_placeholders(text: str) -> SafeString:
    """Show the placeholders of a text, such as {{ site }}, as chips that keep their braces."""
    shown = PLACEHOLDER.sub(r'<code class="ol-ph">\g<0></code>', conditional_escape(text))
    return mark_safe(shown)  # noqa: S308 (escaped above)


@register.filter
def number(value: float | None) -> str:
    """Write a number as the language does; nothing is a dash."""
    return "–" if value is None else formats.number(value)


@register.filter
def percent(share: float | None) -> str:
    """Write a fraction between 0 and 1 as percent; nothing is a dash."""
    return "–" if share is None else formats.percent(share)


@register.filter
def fine_percent(share: float) -> str:
    """Write a fraction between 0 and 1 as percent with one decimal."""
    return formats.percent(share, decimals=1)


@register.filter
def amount(value: float | None, unit: str = "") -> str:
    """Write a number with its unit; nothing is a dash."""
    return "–" if value is None else formats.amount(value, unit)


@register.filter
def day(value: date | None) -> str:
    """Write a date such as ``Mon 18 Jan 2027``; nothing is a dash."""
    return "–" if value is None else formats.day(value)


@register.filter
def short_day(value: date | None) -> str:
    """Write a date such as ``18 Jan``, of an instant the reader's; nothing is a dash."""
    there = timezone.localtime(value) if isinstance(value, datetime) else value
    return "–" if there is None else formats.short_day(there)


@register.filter
def long_day(value: date) -> str:
    """Write a date with month as a word and year, without weekday."""
    return formats.long_day(value)


@register.filter
def week_number(value: date) -> int:
    """Return the number of a date's week in its year (ISO 8601)."""
    return value.isocalendar().week


@register.filter
def weekday(value: date) -> str:
    """Write the short name of a date's day of the week."""
    return formats.weekday(value)


@register.filter
def moment(value: datetime | None, zone: str | None = None) -> str:
    """Write an instant with its zone, as clocks show it in that zone; nothing is a dash."""
    return "–" if value is None else formats.moment(value, zone)


@register.filter
def clock(value: datetime | None, zone: str | None = None) -> str:
    """Write the hour and minute of an instant, as clocks show it in that zone."""
    return "–" if value is None else formats.clock(value, zone)


@register.filter
def zone(value: datetime) -> str:
    """Write how far the reader's clock is from UTC at an instant, such as ``UTC+1``."""
    return formats.offset_name(value)


@register.filter
def language_name(code: str) -> str:
    """Return a language's name in the active language, such as ``Brazilian Portuguese``."""
    return formats.language_name(code)


@register.filter
def language_title(code: str) -> str:
    """Return the name of a language as it heads a row or stands alone."""
    return formats.language_title(code)


@register.filter
def own_name(code: str) -> str:
    """Return a language's name in that language, such as ``Polski``."""
    return dict(settings.LANGUAGES).get(code, code)


@register.simple_tag
def arrow() -> str:
    """Write the arrow from what was to what is, as the active language reads."""
    return formats.arrow()


@register.filter
def text_direction(code: str) -> str:
    """Return ``rtl`` for languages that read from right to left, else ``ltr``."""
    return formats.locale_of(code).text_direction


@register.filter
def undo_url(message: Any) -> str:
    """Return where a message can be undone (see ``programmes.design.undo``), or nothing."""
    word, _space, url = (message.extra_tags or "").partition(" ")
    return url if word == "undo" else ""


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """Draw an icon; a word always stands beside it or in the control's ``aria-label``."""
    return render_to_string("components/icon.html", {"drawing": _own(ICONS[name]), "extra": extra})


@register.inclusion_tag("components/status.html")
def status(key: str, text: str = "", *, bare: bool = False, reason: str = "") -> dict[str, Any]:
    """Show a state as shape, word and colour, if wished with its reason behind it."""
    look = STATUSES[str(key)]
    return {
        "tone": look.tone,
        "drawing": _own(SHAPES[look.shape]),
        "text": text or look.word,
        "bare": bare,
        "reason": reason,
    }


@register.simple_tag
def shape(tone: str) -> SafeString:
    """Draw the shape of a tone (good, warn, bad, stale, info, or empty)."""
    return render_to_string("components/shape.html", {"drawing": _own(SHAPES[TONE_SHAPES[tone]])})


@register.simple_tag
def face(value: int) -> SafeString:
    """Draw the face of an answer from 1 (worst) to 5 (best)."""
    return render_to_string("components/face.html", {"mouth": FACES[value]})


@register.simple_tag
def brand_mark() -> SafeString:
    """Draw the mark of OneLift."""
    return render_to_string("components/brand_mark.html")


@register.inclusion_tag("components/person.html")
def person(user: Any, *, size: str = "", named: bool = True) -> dict[str, Any]:
    """Show who it is: initials, and the name unless it stands beside them already."""
    return {"initials": user.initials, "name": str(user) if named else "", "size": size}


@register.inclusion_tag("components/level.html")
def level(key: str, *, named: bool = False) -> dict[str, Any]:
    """Show a message's level as a letter in a square, with its word as label or beside it."""
    words = {
        "strategic": _("Strategic"),
        "tactical": _("Tactical"),
        "operational": _("Operational"),
    }
    word = words[str(key)]
    return {"word": word, "letter": formats.letter_of(word, words.values()), "named": named}


@register.simple_block_tag
def card(
    content: str,
    title: str = "",
    meta: str = "",
    *,
    flush: bool = False,
    fill: bool = False,
    level: int = 2,
    extra: str = "",
) -> SafeString:
    """Frame a part of a page: ``{% card title meta %}…{% endcard %}``.

    ``flush`` lets a table reach the border, ``fill`` takes the height of the row, ``level`` is
    the heading's.
    """
    return render_to_string(
        "components/card.html",
        {
            "content": content,
            "title": title,
            "meta": meta,
            "flush": flush,
            "fill": fill,
            "heading": f"h{level}",
            "extra": extra,
        },
    )


@register.simple_block_tag
def note(content: str, tone: str = "", *, live: bool = False) -> SafeString:
    """Say one sentence in a tone (info, warn, bad, good, stale), with at most two ways on."""
    glyph = NOTE_ICONS.get(tone, "mail")
    return render_to_string(
        "components/note.html", {"content": content, "tone": tone, "glyph": glyph, "live": live}
    )


@register.simple_block_tag
def page_head(content: str, title: str, sub: str = "", *, state: str = "") -> SafeString:
    """Open a page with its finding, a line of context, and the actions in between the tags.

    ``state`` is the key of a status that stands beside the title.
    """
    shown = {"content": content, "title": title, "sub": sub, "state": state}
    return render_to_string("components/page_head.html", shown)


@register.simple_block_tag
def empty(content: str, title: str, why: str = "") -> SafeString:
    """Say what is empty and why; the ways on stand between the tags."""
    return render_to_string(
        "components/empty.html", {"content": content, "title": title, "why": why}
    )


@register.inclusion_tag("components/crumb.html")
def crumb(label: str, url: str = "") -> dict[str, str]:
    """Add one step to the block ``crumbs``; the last has no address."""
    return {"label": label, "url": url}


@register.inclusion_tag("components/fact.html")
def fact(
    figure: str, first: str, second: str = "", url: str = "", count: int | None = None
) -> dict[str, Any]:
    """Show one number of the facts strip (``<div class="ol-facts">``) as a link to its list.

    ``count``: how many the list at ``url`` has, where it is one.
    """
    return {"figure": figure, "first": first, "second": second, "url": url, "count": count}


@register.inclusion_tag("components/tab.html", takes_context=True)
def tab(context: Mapping[str, Any], label: str, url: str, *, exact: bool = False) -> dict[str, Any]:
    """Show one tab of ``<nav class="ol-tabs">``, marked where the page is under its address.

    ``exact``: only on that page itself, since other tabs stand under its address.
    """
    path, own = context["request"].path, url.partition("?")[0]
    is_current = path == own if exact else path.startswith(own)
    return {"label": label, "url": url, "is_current": is_current}


def _own(drawing: str) -> SafeString:
    return mark_safe(drawing)  # noqa: S308 (a constant of this house)
