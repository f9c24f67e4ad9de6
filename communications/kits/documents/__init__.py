"""Posters, flyers and bundles as files.

The only place that starts typst: a kept compiler with the fonts of the project, and no others.
Nothing here asks the database.
"""

from communications.kits.documents.bundle import Entry, bundle
from communications.kits.documents.layouts import flyer_layouts, poster_layouts
from communications.kits.documents.names import UniqueNames, safe_name
from communications.kits.documents.sheet import Brand, Sheet, style
from communications.kits.documents.typesetting import Made, UnfitError, set_sheet

__all__ = [
    "Brand",
    "Entry",
    "Made",
    "Sheet",
    "UnfitError",
    "UniqueNames",
    "bundle",
    "flyer_layouts",
    "poster_layouts",
    "safe_name",
    "set_sheet",
    "style",
]
