"""How words and dates are strung together: built in, without ``{% load %}``."""

from collections.abc import Iterable
from datetime import date

from django import template

from programmes.design import formats

register = template.Library()


@register.filter
def long_month(value: date) -> str:
    """Write a month such as ``July 2026``."""
    return formats.long_month(value)


@register.filter
def day_at(value: date, hour: str) -> str:
    """Write a day and an hour such as ``Tue 15 Dec 2026, 09:00``."""
    return formats.day_at(value, hour)


@register.filter
def listed(words: Iterable[object]) -> str:
    """Write words one after another, with the language's comma between them."""
    return formats.listed(words)


@register.simple_tag
def comma() -> str:
    """Write what the language puts between words that are only strung together."""
    return formats.comma()


@register.simple_tag
def list_comma() -> str:
    """Write what the language puts between the items of a list."""
    return formats.listed(["", ""])
