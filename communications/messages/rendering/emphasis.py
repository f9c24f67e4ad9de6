"""Emphasis in texts without spaces between words.

CommonMark ends bold after a full stop only where a space follows, so that Chinese, Japanese and
Korean readers would see the asterisks of ``**注意：**请``. Here a letter of these scripts counts
as the space that they do not write (the amendment known as “CJK-friendly emphasis”).
"""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.emphasis import tokenize

EAST_ASIAN_LETTER = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]")


def allow_beside_east_asian_letters(markdown: MarkdownIt) -> None:
    """Replace the emphasis rule of a Markdown reader."""
    markdown.inline.ruler.at("emphasis", emphasis)


def emphasis(state: StateInline, silent: bool) -> bool:
    """Read a run of asterisks or underscores, as the rule of markdown-it does."""
    start, known = state.pos, len(state.delimiters)
    if not tokenize(state, silent):
        return False
    before, after = state.src[:start][-1:], state.src[state.pos : state.pos + 1]
    for delimiter in state.delimiters[known:]:
        if EAST_ASIAN_LETTER.match(before) and after.strip():
            delimiter.open = True
        if EAST_ASIAN_LETTER.match(after) and before.strip():
            delimiter.close = True
    return True
