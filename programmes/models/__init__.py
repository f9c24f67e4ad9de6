"""Programmes, their plan, the organisation's places, and the states of translations."""

from programmes.models.organisation import BusinessLine, Region, Site
from programmes.models.programme import Programme, Service, Stream, Wave, WaveSite
from programmes.models.support import SupportContact
from programmes.models.textstate import TextState, fingerprint

__all__ = [
    "BusinessLine",
    "Programme",
    "Region",
    "Service",
    "Site",
    "Stream",
    "SupportContact",
    "TextState",
    "Wave",
    "WaveSite",
    "fingerprint",
]
