"""The tables of all wings: people who are told, people who sign in, and who is meant."""

from stakeholders.accounts.models import Delegation, Draft, PasswordRequest, Role, User
from stakeholders.audiences.models import Audience, AudienceException, Persona
from stakeholders.importing.models import (
    EntryKind,
    ImportEntry,
    ImportMapping,
    ImportPart,
    ImportRun,
    ImportState,
)
from stakeholders.people.models import (
    Contact,
    EnglishReaders,
    HeadCount,
    Informed,
    InformedAsOf,
    InformedCount,
    OptOut,
    Person,
)
from stakeholders.register.models import (
    Assessment,
    Engagement,
    Impact,
    ImpactBatch,
    ImpactConfirmation,
    ImpactSeries,
    PersonalObjective,
    PersonalValue,
    Severity,
    Stakeholder,
)

__all__ = [
    "Assessment",
    "Audience",
    "AudienceException",
    "Contact",
    "Delegation",
    "Draft",
    "Engagement",
    "EnglishReaders",
    "EntryKind",
    "HeadCount",
    "Impact",
    "ImpactBatch",
    "ImpactConfirmation",
    "ImpactSeries",
    "ImportEntry",
    "ImportMapping",
    "ImportPart",
    "ImportRun",
    "ImportState",
    "Informed",
    "InformedAsOf",
    "InformedCount",
    "OptOut",
    "PasswordRequest",
    "Person",
    "Persona",
    "PersonalObjective",
    "PersonalValue",
    "Role",
    "Severity",
    "Stakeholder",
    "User",
]
