"""Who is meant."""

from stakeholders.audiences.models.audience import Audience, AudienceException
from stakeholders.audiences.models.persona import Persona

__all__ = [
    "Audience",
    "AudienceException",
    "Persona",
]
