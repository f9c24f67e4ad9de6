"""Dates and names as they stand within a sentence: ``{% load prose %}``."""

from collections.abc import Sequence
from datetime import date

from django import template
from django.utils.translation import gettext as _

from programmes.design import formats

register = template.Library()


@register.filter
def full_day(value: date) -> str:
    """Write a date such as ``18 January 2027``."""
    return formats.full_day(value)


@register.filter
def with_colon(label: str) -> str:
    """Write what is said of something after its name, as the language sets a colon."""
    return _("%(label)s:") % {"label": label}


@register.filter
def unstopped(words: str) -> str:
    """Leave out the full stop of a short month such as ``déc.``, where that of a sentence comes."""
    return words.removesuffix(".")


@register.filter
def weekday_range(iso_days: str) -> str:
    """Write days that follow each other, such as ``Mon–Fri``."""
    return formats.weekday_range(iso_days)


@register.filter
def language_names(codes: Sequence[str]) -> str:
    """List languages by their names in the active language."""
    return formats.enumeration([formats.language_name(code) for code in codes])


@register.filter
def in_fours(code: str) -> str:
    """Write a key or code in groups of four, as people read it from a screen."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))
