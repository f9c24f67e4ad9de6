"""Who is told."""

from stakeholders.people.models.contact import Contact
from stakeholders.people.models.headcount import HeadCount
from stakeholders.people.models.informed import (
    EnglishReaders,
    Informed,
    InformedAsOf,
    InformedCount,
)
from stakeholders.people.models.optout import OptOut
from stakeholders.people.models.person import Person

__all__ = [
    "Contact",
    "EnglishReaders",
    "HeadCount",
    "Informed",
    "InformedAsOf",
    "InformedCount",
    "OptOut",
    "Person",
]
