"""The links of a text that are counted: those to pages, which are the same for all readers."""

import re
from collections.abc import Iterable, Mapping
from html import escape, unescape

from communications.messages.rendering.markdown import Button, Part, href_of, read
from communications.messages.rendering.placeholders import OPEN, mark

HREF = re.compile(r'href="(https?://[^"]*)"')


def page_links(body: str, extra: frozenset[str]) -> tuple[str, ...]:
    """Return the addresses of pages in a body, each once, in order; personal links are none.

    ``extra`` are the source's own placeholders.
    """
    found = (href for part in read(mark(body, extra)) for href in _hrefs(part))
    pages = (one for one in found if one.startswith(("http://", "https://")) and OPEN not in one)
    return tuple(dict.fromkeys(pages))


def redirected(html: str, redirects: Mapping[str, str]) -> str:
    """Return the HTML of a body whose links lead through other addresses, where there are some."""

    def through(match: re.Match[str]) -> str:
        other = redirects.get(unescape(match[1]))
        return f'href="{escape(other)}"' if other else match[0]

    return HREF.sub(through, html)


def _hrefs(part: Part) -> Iterable[str]:
    if isinstance(part, Button):
        return [part.href]
    inline = (child for token in part.tokens for child in token.children or ())
    return [href_of(child) for child in inline if child.type == "link_open"]
