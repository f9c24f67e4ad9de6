"""Alarms, who is told, and when things were last proven to work."""

from communications.operation.models.alarm import Alarm, AlarmChannel, AlarmReader
from communications.operation.models.proof import Proof

__all__ = [
    "Alarm",
    "AlarmChannel",
    "AlarmReader",
    "Proof",
]
