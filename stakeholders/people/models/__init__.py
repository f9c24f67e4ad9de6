"""Who is told."""

from stakeholders.people.models.contact import Contact
from stakeholders.people.models.headcount import HeadCount
from stakeholders.people.models.optout import OptOut
from stakeholders.people.models.person import Person

__all__ = [
    "Contact",
    "HeadCount",
    "OptOut",
    "Person",
]
