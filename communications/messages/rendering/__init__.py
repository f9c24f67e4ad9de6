"""From an approved text to the mail that one person gets.

The only place that calls ``translation.override``. Nothing here asks the database.
"""

from communications.messages.rendering.group import GroupText, group_text, texts_for_group
from communications.messages.rendering.language import (
    adapted_language,
    direction,
    group_language,
    language_tag,
    reading_language,
)
from communications.messages.rendering.letter import (
    OPT_OUT_LINK,
    Filled,
    Prepared,
    prepare,
    preview_html,
)
from communications.messages.rendering.links import page_links
from communications.messages.rendering.markdown import refused_links
from communications.messages.rendering.placeholders import KNOWN, unknown_placeholders
from communications.messages.rendering.values import values_for, written_date

__all__ = [
    "KNOWN",
    "OPT_OUT_LINK",
    "Filled",
    "GroupText",
    "Prepared",
    "adapted_language",
    "direction",
    "group_language",
    "group_text",
    "language_tag",
    "page_links",
    "prepare",
    "preview_html",
    "reading_language",
    "refused_links",
    "texts_for_group",
    "unknown_placeholders",
    "values_for",
    "written_date",
]
