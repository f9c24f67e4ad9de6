"""Addresses of the same page with other parameters. Built in, as ``looks``."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import template

register = template.Library()


@register.simple_tag(takes_context=True)
def query_with(context: Mapping[str, Any], **changes: Any) -> str:
    """Return this page's query with some parameters changed; None takes one away."""
    return changed_query(context["request"].GET, **changes)


@register.simple_tag(takes_context=True)
def page_with(context: Mapping[str, Any], **changes: Any) -> str:
    """Return the address of this page with some parameters changed; None takes one away."""
    request = context["request"]
    path: str = request.path
    return (path + changed_query(request.GET, **changes)).rstrip("?")


def changed_query(query: Mapping[str, str], **changes: Any) -> str:
    """Return ``?…`` with the changes made and the page number gone, unless it is a change."""
    kept = {**query.dict(), "page": None, **changes}  # type: ignore[attr-defined]
    return "?" + urlencode({k: v for k, v in kept.items() if v not in (None, "")})
