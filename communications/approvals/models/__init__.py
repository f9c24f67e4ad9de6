"""Questions back, and mails to those who decide."""

from communications.approvals.models.notice import Notice
from communications.approvals.models.question import Question
from communications.approvals.models.reminder import Reminder

__all__ = [
    "Notice",
    "Question",
    "Reminder",
]
