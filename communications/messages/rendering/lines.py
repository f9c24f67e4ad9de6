"""The paragraphs and items of a text, for what is said elsewhere in the same words."""

from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from communications.messages.rendering.markdown import Prose, read
from communications.messages.rendering.placeholders import Pattern, mark
from communications.messages.rendering.plain import inline_text, label_and_address

NOTHING: frozenset[str] = frozenset()
GREETING_ENDS = (",", "，", "،", "、")


HEADING, ITEM, TEXT, BUTTON = "heading", "item", "text", "button"


def lines_of_body(body: str, language: str) -> Iterator[tuple[bool, Pattern]]:
    """Yield each paragraph and item of a list, and whether it is one; no heading, no button."""
    for kind, pattern in blocks_of_body(body, language):
        if kind not in (HEADING, BUTTON):
            yield kind == ITEM, pattern


def blocks_of_body(body: str, language: str) -> Iterator[tuple[str, Pattern]]:
    """Yield each heading, paragraph, item of a list and button with its kind.

    A button is a line with its address behind it, as paper has it.
    """
    for part in read(mark(body, NOTHING)):
        if isinstance(part, Prose):
            yield from _of_prose(part.tokens, language)
        else:
            yield BUTTON, Pattern.of(label_and_address(part.label, part.href, language))


def _of_prose(tokens: Sequence[Token], language: str) -> Iterator[tuple[str, Pattern]]:
    depth, is_heading = 0, False
    for token in tokens:
        if token.type.endswith("_list_open") or token.type.endswith("_list_close"):
            depth += token.nesting
        elif token.type in ("heading_open", "heading_close"):
            is_heading = token.nesting > 0
        elif token.type == "inline":
            kind = HEADING if is_heading else ITEM if depth > 0 else TEXT
            yield kind, Pattern.of(inline_text(token.children or (), language))
