"""Programmes, their plan, the organisation's places, and the states of translations."""

from programmes.models.attempt import Attempt
from programmes.models.blackout import Blackout
from programmes.models.key import UsedKey
from programmes.models.objective import Objective
from programmes.models.organisation import BusinessLine, Region, Site
from programmes.models.programme import Programme, Service, Wave, WaveSite
from programmes.models.stream import Member, Milestone, Stream, StreamUpdate
from programmes.models.support import SupportContact
from programmes.models.textstate import TextState, fingerprint

__all__ = [
    "Attempt",
    "Blackout",
    "BusinessLine",
    "Member",
    "Milestone",
    "Objective",
    "Programme",
    "Region",
    "Service",
    "Site",
    "Stream",
    "StreamUpdate",
    "SupportContact",
    "TextState",
    "UsedKey",
    "Wave",
    "WaveSite",
    "fingerprint",
]
