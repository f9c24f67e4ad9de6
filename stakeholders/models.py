"""The tables of all wings: people who are told, people who sign in, and who is meant."""

from stakeholders.accounts.models import PasswordRequest, Role, User
from stakeholders.audiences.models import Audience, AudienceException, Persona
from stakeholders.importing.models import (
    EntryKind,
    ImportEntry,
    ImportMapping,
    ImportPart,
    ImportRun,
    ImportState,
)
from stakeholders.people.models import Contact, HeadCount, OptOut, Person
from stakeholders.register.models import (
    Assessment,
    Engagement,
    Impact,
    PersonalObjective,
    Severity,
    Stakeholder,
)

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
