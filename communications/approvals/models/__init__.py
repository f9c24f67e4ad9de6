"""Questions back, and mails to those who decide."""

from communications.approvals.models.notice import Notice
from communications.approvals.models.question import Question

__all__ = [
    "Notice",
    "Question",
]
