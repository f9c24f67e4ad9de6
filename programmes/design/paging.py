"""The page of a list that an address asks for."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PER_PAGE = 50


def page_of(
    request: HttpRequest, rows: Sequence[Any] | QuerySet[Any], size: int = PER_PAGE
) -> Page[Any]:
    """Return the page that ``?page=`` names, or the nearest that there is."""
    return Paginator(rows, size).get_page(request.GET.get("page"))
