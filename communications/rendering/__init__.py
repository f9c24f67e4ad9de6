"""From an approved text to the mail that one person gets.

The only place that calls ``translation.override``. Nothing here asks the database.
"""

from communications.rendering.language import direction, language_tag, reading_language
from communications.rendering.letter import Filled, Prepared, prepare, preview_html
from communications.rendering.markdown import refused_links
from communications.rendering.placeholders import KNOWN, unknown_placeholders
from communications.rendering.values import values_for, written_date

__all__ = [
    "KNOWN",
    "Filled",
    "Prepared",
    "direction",
    "language_tag",
    "prepare",
    "preview_html",
    "reading_language",
    "refused_links",
    "unknown_placeholders",
    "values_for",
    "written_date",
]
