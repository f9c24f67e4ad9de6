"""Why a delivery was held, skipped or cancelled: the keys stored, the words shown."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Reason(models.TextChoices):
    """Keys of reasons that the portal itself gives; a server's replies are stored as they come."""

    TOO_LATE = "too_late", _("the latest send time has passed")
    WITHDRAWN = "withdrawn", _("the approval was withdrawn")
    STOPPED = "stopped", _("the rest was cancelled")
    NOT_MEANT = "not_meant", _("no longer in the audience")
    LEFT = "left", _("has left the organisation")
    NO_TEXT = "no_text", _("no approved text in a language they read")
    DECIDED = "decided", _("decided before the mail left")
    CUT = "cut", _("the connection was cut before the server’s answer")
    CONFIRMED = "confirmed", _("confirmed by hand as delivered")
