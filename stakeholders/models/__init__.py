"""People who are told (Person), people who sign in (User), and who is meant (Audience)."""

from stakeholders.models.audience import Audience, AudienceException
from stakeholders.models.contact import Contact
from stakeholders.models.headcount import HeadCount
from stakeholders.models.impact import Impact, Severity
from stakeholders.models.importentry import EntryKind, ImportEntry
from stakeholders.models.importrun import ImportMapping, ImportPart, ImportRun, ImportState
from stakeholders.models.objective import PersonalObjective
from stakeholders.models.optout import OptOut
from stakeholders.models.password import PasswordRequest
from stakeholders.models.person import Person
from stakeholders.models.persona import Persona
from stakeholders.models.stakeholder import Assessment, Engagement, Stakeholder
from stakeholders.models.user import Role, User

__all__ = [
    "Assessment",
    "Audience",
    "AudienceException",
    "Contact",
    "Engagement",
    "EntryKind",
    "HeadCount",
    "Impact",
    "ImportEntry",
    "ImportMapping",
    "ImportPart",
    "ImportRun",
    "ImportState",
    "OptOut",
    "PasswordRequest",
    "Person",
    "Persona",
    "PersonalObjective",
    "Role",
    "Severity",
    "Stakeholder",
    "User",
]
