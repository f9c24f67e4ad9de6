"""Programmes, their plan, the organisation's places, and the states of translations."""

from programmes.models.attempt import Attempt
from programmes.models.blackout import Blackout
from programmes.models.key import UsedKey
from programmes.models.move import Move
from programmes.models.objective import Objective
from programmes.models.organisation import BusinessLine, Region, Site
from programmes.models.programme import Programme, Service, Wave, WaveSite
from programmes.models.readiness import Override, RuleCount, Threshold, Verdict
from programmes.models.seal import Chain, Seal
from programmes.models.sent_form import SentForm
from programmes.models.stream import Member, Milestone, Stream, StreamUpdate
from programmes.models.support import SupportContact
from programmes.models.term import Term
from programmes.models.textstate import TextState, fingerprint
from programmes.models.todo import Done
from programmes.models.token import ApiToken
from programmes.models.value import ObjectiveValue

__all__ = [
    "ApiToken",
    "Attempt",
    "Blackout",
    "BusinessLine",
    "Chain",
    "Done",
    "Member",
    "Milestone",
    "Move",
    "Objective",
    "ObjectiveValue",
    "Override",
    "Programme",
    "Region",
    "RuleCount",
    "Seal",
    "SentForm",
    "Service",
    "Site",
    "Stream",
    "StreamUpdate",
    "SupportContact",
    "Term",
    "TextState",
    "Threshold",
    "UsedKey",
    "Verdict",
    "Wave",
    "WaveSite",
    "fingerprint",
]
