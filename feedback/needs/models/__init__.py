"""What somebody lacks, and the emails about it."""

from feedback.needs.models.mail import NeedMail
from feedback.needs.models.need import Need, NeedAnswer

__all__ = ["Need", "NeedAnswer", "NeedMail"]
