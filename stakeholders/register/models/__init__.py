"""Stakeholders, impacts and personal objectives."""

from stakeholders.register.models.confirmation import ImpactBatch, ImpactConfirmation
from stakeholders.register.models.impact import Impact, ImpactSeries, Severity
from stakeholders.register.models.objective import PersonalObjective, PersonalValue
from stakeholders.register.models.stakeholder import Assessment, Engagement, Stakeholder

__all__ = [
    "Assessment",
    "Engagement",
    "Impact",
    "ImpactBatch",
    "ImpactConfirmation",
    "ImpactSeries",
    "PersonalObjective",
    "PersonalValue",
    "Severity",
    "Stakeholder",
]
