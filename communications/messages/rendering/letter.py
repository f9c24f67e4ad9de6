"""From an approved text to the mail that one person gets.

``prepare`` does the slow work once per text and language; ``Prepared.fill`` splices the values of
one person and is cheap enough for each mail.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from html import escape

from django.utils.translation import gettext, override

from communications.messages.rendering.frame import Brand, button_html, framed, styles
from communications.messages.rendering.links import redirected
from communications.messages.rendering.markdown import Button, Part, prose_html, read
from communications.messages.rendering.placeholders import (
    CLOSE,
    MARK,
    OPEN,
    Pattern,
    checked_address,
    clean_line,
    mark,
)
from communications.messages.rendering.plain import (
    Block,
    Run,
    isolated,
    label_and_address,
    runs_of,
    text_blocks,
)
from programmes.models import Programme

SUBJECT_LENGTH = 200
PREHEADER_LENGTH = 140
PREHEADER = re.compile(f"(?:{MARK.pattern}|.){{0,{PREHEADER_LENGTH}}}", re.DOTALL)
# Stands in the foot of a mail that may be opted out of; no text can hold it.
OPT_OUT_LINK = "opt_out_link"
OPT_OUT_MARK = f"{OPEN}{OPT_OUT_LINK}{CLOSE}"
LOGO_SOURCE = 'src="cid:logo"'


@dataclass(frozen=True)
class Filled:
    """The mail of one person: a subject of one line, HTML, and the same as plain text.

    The HTML is there in ``pieces`` too: what all share, a value, what all share, and so on.
    """

    subject: str
    pieces: Sequence[str]
    text: str

    @property
    def html(self) -> str:
        return "".join(self.pieces)


@dataclass(frozen=True)
class Prepared:
    """A text in one language, ready to be filled for any number of people.

    ``has_logo`` says that the HTML shows ``cid:logo``: the programme's logo goes along, inline.
    """

    language: str
    has_logo: bool
    subject: Pattern
    html: Pattern
    blocks: tuple[tuple[str, Block], ...]

    def fill(self, values: Mapping[str, str]) -> Filled:
        """Return the mail with the values in their places, escaped for each.

        Without a first name, the name stands in for it. Any other missing value leaves nothing.

        Raises:
            ValueError: a link is missing, or is no http or https address.
        """
        cleaned = self._cleaned(values)
        plain = {name: isolated(value, self.language) for name, value in cleaned.items()}
        links = {name: value for name, value in cleaned.items() if name.endswith("_link")}
        return Filled(
            subject=self.subject.fill(cleaned).strip()[:SUBJECT_LENGTH],
            pieces=self.html.pieces({n: escape(value) for n, value in (plain | links).items()}),
            text="".join(run.fill(plain) for run in self._runs) + "\n",
        )

    @cached_property
    def _runs(self) -> tuple[Run, ...]:
        return runs_of(self.blocks)

    def _cleaned(self, values: Mapping[str, str]) -> dict[str, str]:
        cleaned = {name: clean_line(value) for name, value in values.items()}
        cleaned["first_name"] = cleaned.get("first_name") or cleaned.get("name", "")
        for name in self.html.names:
            if name.endswith("_link"):
                checked_address(cleaned.get(name, ""))
        return cleaned


def prepare(
    programme: Programme,
    language: str,
    subject: str,
    body: str,
    extra: frozenset[str] = frozenset(),
    *,
    reason: str | None = None,
    is_optional: bool = False,
    redirects: tuple[tuple[str, str], ...] = (),
) -> Prepared:
    """Render a text in its language, with the programme's brand around it.

    Args:
        programme: gives name, colours and logo.
        language: the language that the text is written in.
        subject: one line; it may hold placeholders.
        body: Markdown; it may hold placeholders.
        extra: the source's own placeholders; those that end in ``_link`` are addresses.
        reason: why somebody gets this mail, in that language, with placeholders; by default
            that they work at their site.
        is_optional: whether its foot holds a link by which people opt out.
        redirects: pages that the HTML links to, each with the address that leads there instead.
    """
    brand = Brand.of(programme)
    return rendered(brand, language, subject, body, extra, reason, is_optional, redirects)


@lru_cache(maxsize=128)
def rendered(
    brand: Brand,
    language: str,
    subject: str,
    body: str,
    extra: frozenset[str],
    reason: str | None,
    is_optional: bool = False,
    redirects: tuple[tuple[str, str], ...] = (),
) -> Prepared:
    """Render what ``prepare`` describes; the batches of a dispatch share it within a process."""
    parts = read(mark(body, extra))
    blocks = text_blocks(parts, language)
    why = mark(reason or working_there(language), extra)
    title = mark(clean_line(subject), extra)
    html = "".join(part_html(part, brand, language) for part in parts)
    contents = {
        "title": escape(title),
        "preheader": escape(preheader(blocks)),
        "body": redirected(html, dict(redirects)) if redirects else html,
        "reason": escape(why) + (opt_out_html(brand, language) if is_optional else ""),
    }
    return Prepared(
        language=language,
        has_logo=brand.has_logo,
        subject=Pattern.of(title),
        html=Pattern.of(framed(brand, language, contents)),
        blocks=(
            *blocks,
            ("\n\n-- \n", Block(Pattern.of(why))),
            *([("\n\n", Block(Pattern.of(opt_out_text(language))))] if is_optional else []),
        ),
    )


def part_html(part: Part, brand: Brand, language: str) -> str:
    """Return the HTML of a part of the body."""
    if isinstance(part, Button):
        return button_html(brand, language, part.href, part.label)
    return prose_html(part, styles(brand, language))


def working_there(language: str) -> str:
    """Return why people of an audience get a mail, in the language of the mail."""
    with override(language):
        return gettext(
            "You are receiving this email because you work at %(site)s, which is part of "
            "%(programme)s."
        ) % {"site": "{{ site }}", "programme": "{{ programme }}"}


def opt_out_words(language: str) -> str:
    """Return what the opt-out link is called, in the language of the mail."""
    with override(language):
        return gettext("Opt out of these messages")


def opt_out_html(brand: Brand, language: str) -> str:
    """Return the opt-out link for the foot of a mail, on a line of its own."""
    style = styles(brand, language)["a"]
    words = escape(opt_out_words(language))
    return f'<br><a href="{OPT_OUT_MARK}" rel="noopener" style="{style}">{words}</a>'


def opt_out_text(language: str) -> str:
    """Return the opt-out link for the foot of the plain text."""
    return label_and_address(opt_out_words(language), OPT_OUT_MARK, language)


def preheader(blocks: list[tuple[str, Block]]) -> str:
    """Return what an inbox shows beside the subject: the text's beginning without the greeting."""
    patterns = [block.pattern for _gap, block in blocks]
    said = " ".join(marked(pattern) for pattern in patterns[1:] or patterns)
    match = PREHEADER.match(said.replace("\n", " "))
    return match.group() if match else ""


def marked(pattern: Pattern) -> str:
    """Return the marked text that a pattern was cut from."""
    marks = [f"{OPEN}{name}{CLOSE}" for name in pattern.names] + [""]
    return "".join(map("".join, zip(pattern.literals, marks, strict=True)))


def preview_html(filled: Filled, logo_url: str) -> str:
    """Return the HTML for a sandboxed frame in a page, where no part of a mail can be shown.

    Args:
        filled: the mail.
        logo_url: an address or a ``data:`` URI of the programme's logo.
    """
    return filled.html.replace(LOGO_SOURCE, f'src="{escape(logo_url)}"')
