"""People who are told (Person), people who sign in (User), and who is meant (Audience)."""

from stakeholders.models.audience import Audience, AudienceException
from stakeholders.models.contact import Contact
from stakeholders.models.importentry import EntryKind, ImportEntry
from stakeholders.models.importrun import ImportMapping, ImportPart, ImportRun, ImportState
from stakeholders.models.objective import PersonalObjective
from stakeholders.models.person import Person
from stakeholders.models.persona import Persona
from stakeholders.models.user import Role, User

__all__ = [
    "Audience",
    "AudienceException",
    "Contact",
    "EntryKind",
    "ImportEntry",
    "ImportMapping",
    "ImportPart",
    "ImportRun",
    "ImportState",
    "Person",
    "Persona",
    "PersonalObjective",
    "Role",
    "User",
]
