"""Surveys and their questions; who was asked; what was answered; what is published."""

from feedback.models.answer import Answer, Comment, HeldAnswer
from feedback.models.edition import Edition
from feedback.models.invitation import Invitation, Segment
from feedback.models.mark import SpentMark
from feedback.models.survey import Option, Question, Survey

__all__ = [
    "Answer",
    "Comment",
    "Edition",
    "HeldAnswer",
    "Invitation",
    "Option",
    "Question",
    "Segment",
    "SpentMark",
    "Survey",
]
