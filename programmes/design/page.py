"""Public pages in the reader's language."""

from typing import Any

from django.template.loader import render_to_string
from django.utils import translation


def page_in(language: str, template: str, context: dict[str, Any]) -> str:
    """Return a page in one language, whatever the browser or the user prefers."""
    with translation.override(language):
        return render_to_string(template, context)
