"""Alarms, and who was told."""

from communications.operation.models.alarm import Alarm

__all__ = [
    "Alarm",
]
