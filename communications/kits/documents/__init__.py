"""Posters, flyers and bundles as files.

The only place that starts typst, a kept compiler with the fonts of the project and no others, and
that writes files of Word and PowerPoint.
Nothing here asks the database.
"""

from communications.kits.documents.bundle import Entry, bundle
from communications.kits.documents.layouts import flyer_layouts, poster_layouts
from communications.kits.documents.names import UniqueNames, safe_name
from communications.kits.documents.sheet import Block, Brand, Sheet, style
from communications.kits.documents.slides import slides_file
from communications.kits.documents.typesetting import Look, Made, UnfitError, look_at, set_sheet
from communications.kits.documents.word import word_file

__all__ = [
    "Block",
    "Brand",
    "Entry",
    "Look",
    "Made",
    "Sheet",
    "UnfitError",
    "UniqueNames",
    "bundle",
    "flyer_layouts",
    "look_at",
    "poster_layouts",
    "safe_name",
    "set_sheet",
    "slides_file",
    "style",
    "word_file",
]
