"""Stakeholders, impacts and personal objectives."""

from stakeholders.register.models.impact import Impact, Severity
from stakeholders.register.models.objective import PersonalObjective
from stakeholders.register.models.stakeholder import Assessment, Engagement, Stakeholder

__all__ = [
    "Assessment",
    "Engagement",
    "Impact",
    "PersonalObjective",
    "Severity",
    "Stakeholder",
]
