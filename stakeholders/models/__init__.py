"""People who are told (Person), people who sign in (User), and who is meant (Audience)."""

from stakeholders.models.audience import Audience, AudienceException
from stakeholders.models.importrun import ImportRun
from stakeholders.models.person import Person
from stakeholders.models.persona import Persona
from stakeholders.models.user import Role, User

__all__ = [
    "Audience",
    "AudienceException",
    "ImportRun",
    "Person",
    "Persona",
    "Role",
    "User",
]
