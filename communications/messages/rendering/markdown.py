"""The small part of Markdown that a mail can show.

Paragraphs, line breaks, bold, italics, lists, links, and headings of two levels. HTML is shown as
it was typed; there are no images. A line break stays one, since most mails end with a signature
of two lines. A paragraph that is only a link, with words of its own, becomes a button.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from communications.messages.rendering.emphasis import allow_beside_east_asian_letters
from communications.messages.rendering.placeholders import LINK_MARK, MARK, OPEN, mark

# The cleaner knows no scheme of a mark: it sees an address, and loses it again afterwards.
MARK_ADDRESS = "https://mark.invalid/"
RULES = ["heading", "list", "emphasis", "link", "autolink", "escape", "newline", "entity"]
TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "h2", "h3"}
MAIL_ADDRESS = re.compile(r"mailto:[^\s@?&]+@[^\s@?&]+")
TELEPHONE = re.compile(r"tel:\+?[0-9().-]+")
EMPHASIS = {"strong_open", "strong_close", "em_open", "em_close"}


@dataclass(frozen=True)
class Prose:
    """Blocks of text, as Markdown reads them."""

    tokens: Sequence[Token]


@dataclass(frozen=True)
class Button:
    """A link that stands alone; ``href`` may hold a mark."""

    href: str
    label: str


Part = Prose | Button


class MailMarkdown(MarkdownIt):
    """Markdown whose links are those of ``is_allowed`` only."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802
        """Return the address as HTML holds it; a mark stays a mark."""
        if LINK_MARK.fullmatch(url):
            return MARK_ADDRESS + url
        return url if OPEN in url else super().normalizeLink(url)

    def validateLink(self, url: str) -> bool:  # noqa: N802
        """Tell whether the address may be a link; otherwise it stays the text it was."""
        return is_allowed(url)


class WatchedMarkdown(MailMarkdown):
    """Markdown that remembers which links it refused."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.refused: list[str] = []

    def validateLink(self, url: str) -> bool:  # noqa: N802
        """Tell whether the address may be a link, and keep it if not."""
        allowed = super().validateLink(url)
        if not allowed:
            self.refused.append(url)
        return allowed


_markdown = MailMarkdown("zero", {"html": False, "breaks": True})
_markdown.enable(RULES)
allow_beside_east_asian_letters(_markdown)


def is_allowed(url: str) -> bool:
    """Tell whether a mail may link there: http, https, mailto, tel, or a link placeholder alone.

    A name and password before the host are refused, for they hide where the link goes.
    """
    if OPEN in url:
        return LINK_MARK.fullmatch(url.removeprefix(MARK_ADDRESS)) is not None
    if MAIL_ADDRESS.fullmatch(url) or TELEPHONE.fullmatch(url):
        return True
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    is_web = parts.scheme in ("http", "https")
    return is_web and bool(parts.hostname) and not re.search("[@%]", parts.netloc)


def refused_links(text: str, extra: frozenset[str]) -> list[str]:
    """Return the addresses of links in a body that a mail must not hold, each once, in order."""
    watched = WatchedMarkdown("zero", {"html": False})
    watched.enable(RULES)
    watched.parse(mark(text, extra))
    return list(dict.fromkeys(MARK.sub(r"{{ \1 }}", url) for url in watched.refused))


def read(marked: str) -> list[Part]:
    """Return the parts of a marked body, in order."""
    parts: list[Part] = []
    prose: list[Token] = []
    for block in top_blocks(_markdown.parse(marked)):
        button = button_of(block)
        if button is None:
            prose += block
            continue
        parts += [Prose(prose), button] if prose else [button]
        prose = []
    return [*parts, Prose(prose)] if prose else parts


def top_blocks(tokens: Iterable[Token]) -> Iterator[list[Token]]:
    """Yield the tokens of each outermost paragraph, heading or list."""
    block: list[Token] = []
    for token in tokens:
        block.append(shown(token))
        if token.level == 0 and token.nesting <= 0:
            yield block
            block = []


def shown(token: Token) -> Token:
    """Return the token with two heading levels only, and with bare addresses as links.

    An address that shows itself reads from left to right in any text.
    """
    if token.type in ("heading_open", "heading_close"):
        token.tag = "h2" if token.tag in ("h1", "h2") else "h3"
    if token.children:
        token.children = list(linked(token.children))
        for child in token.children:
            if child.type == "link_open" and child.info == "auto":
                child.attrSet("dir", "ltr")
    return token


def linked(children: Iterable[Token]) -> Iterator[Token]:
    """Yield inline tokens; a link placeholder outside a link becomes one that shows itself."""
    depth = 0
    for token in children:
        depth += token.nesting if token.type in ("link_open", "link_close") else 0
        if token.type == "text" and not depth:
            yield from split_at_links(token.content)
        else:
            yield token


def split_at_links(content: str) -> Iterator[Token]:
    """Yield text, and a link for each link placeholder in it."""
    end = 0
    for match in LINK_MARK.finditer(content):
        yield Token("text", "", 0, content=content[end : match.start()])
        href = MARK_ADDRESS + match[0]
        yield Token("link_open", "a", 1, attrs={"href": href}, info="auto")
        yield Token("text", "", 0, content=match[0])
        yield Token("link_close", "a", -1, info="auto")
        end = match.end()
    yield Token("text", "", 0, content=content[end:])


def button_of(block: Sequence[Token]) -> Button | None:
    """Return the button that a paragraph is, or None if it is more than a link with words."""
    if block[0].type != "paragraph_open":
        return None
    said = [t for t in block[1].children or () if t.type not in EMPHASIS and not is_blank(t)]
    if len(said) < 3 or said[0].type != "link_open" or said[0].info == "auto":
        return None
    first_close = next(i for i, token in enumerate(said) if token.type == "link_close")
    if first_close != len(said) - 1:
        return None
    label = "".join(token.content or " " for token in said[1:-1])
    return Button(href_of(said[0]), label)


def is_blank(token: Token) -> bool:
    """Tell whether a token is text without a word."""
    return token.type == "text" and not token.content.strip()


def href_of(link: Token) -> str:
    """Return where a link goes; a link placeholder comes back as its mark."""
    return str(link.attrs["href"]).removeprefix(MARK_ADDRESS)


def prose_html(prose: Prose, styles: dict[str, str]) -> str:
    """Return the HTML of text blocks, cleaned, with the inline styles that mail readers need.

    Args:
        prose: what ``read`` returned.
        styles: the ``style`` attribute of each tag.
    """
    made = _markdown.renderer.render(prose.tokens, _markdown.options, {})
    cleaned = nh3.clean(
        made,
        tags=TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        tag_attribute_values={"a": {"dir": {"ltr"}}},
        set_tag_attribute_values={tag: {"style": style} for tag, style in styles.items()},
        url_schemes={"http", "https", "mailto", "tel"},
        url_relative="deny",
        link_rel="noopener",
    )
    return cleaned.replace(MARK_ADDRESS + OPEN, OPEN)
