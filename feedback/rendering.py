"""Public pages in the reader's language."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation


def page_in(
    language: str, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Return a page in one language, whatever the browser or the user prefers."""
    with translation.override(language):
        return render(request, template, context, status=status)
