"""Surveys and their questions, who was asked, what was answered; what people on site lack."""

from feedback.models.answer import Answer, Comment, HeldAnswer, WaitingComment
from feedback.models.edition import Edition
from feedback.models.invitation import Invitation, Segment, SurveySite
from feedback.models.mark import SpentMark
from feedback.models.survey import Option, Question, Survey
from feedback.needs.models import Need, NeedAnswer, NeedMail

__all__ = [
    "Answer",
    "Comment",
    "Edition",
    "HeldAnswer",
    "Invitation",
    "Need",
    "NeedAnswer",
    "NeedMail",
    "Option",
    "Question",
    "Segment",
    "SpentMark",
    "Survey",
    "SurveySite",
    "WaitingComment",
]
