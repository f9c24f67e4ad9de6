"""Who asks for people, and what one filter of theirs does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404

from programmes.models import Programme
from programmes.scope import Scope
from stakeholders.people.models.person import PersonQuerySet

Narrow = Callable[[PersonQuerySet], PersonQuerySet]
LONGEST_NUMBER = 18


@dataclass(frozen=True)
class Reader:
    """Who asks, of which programme, when, and with which other parameters."""

    programme: Programme
    scope: Scope
    now: datetime
    query: Mapping[str, str]


@dataclass(frozen=True)
class Filter:
    """One parameter in force, with its words and what it does."""

    name: str
    value: str
    label: str
    narrow: Narrow


def number_in(value: str) -> int:
    """Return a number as the filters' links write it."""
    if not (value.isascii() and value.isdecimal() and len(value) <= LONGEST_NUMBER):
        raise Http404
    return int(value)
