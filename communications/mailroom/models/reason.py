"""Why a delivery was held, skipped or cancelled: the keys stored, the words shown."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Reason(models.TextChoices):
    """Keys of reasons that the portal itself gives; a server's replies are stored as they come."""

    TOO_LATE = "too_late", _("the latest send time has passed")
    WITHDRAWN = "withdrawn", _("the approval was withdrawn")
    STOPPED = "stopped", _("the rest was cancelled")
    NOT_MEANT = "not_meant", _("no longer in the audience")
    UNDATED = (
        "undated",
        _("its day cannot be told: correct the dates or the time zone of the site"),
    )
    LEFT = "left", _("has left the organisation")
    DO_NOT_CONTACT = "do_not_contact", _("not to be contacted")
    OPTED_OUT = "opted_out", _("has opted out of such messages")
    BAD_ADDRESS = "bad_address", _("their address does not work")
    SAME_ADDRESS = "same_address", _("somebody with the same address got it")
    BUDGET = "budget", _("enough mails that week already")
    NO_TEXT = "no_text", _("no approved text in a language they read")
    DECIDED = "decided", _("decided before the mail left")
    CUT = "cut", _("the connection was cut before the server’s answer")
    RESTORED = "restored", _("may have left before the database was restored")
    CONFIRMED = "confirmed", _("confirmed by hand as delivered")
    CAME_BACK = "came_back", _("taken by the server, as its return shows")


def reason_words(reason: str) -> str:
    """Return a reason in words: the portal's own by its key, a server's reply as it came."""
    return str(Reason(reason).label) if reason in Reason.values else reason


class Act(models.TextChoices):
    """What somebody may do to a running dispatch: the keys in the audit trail."""

    PAUSE = "pause", _("paused the dispatch")
    RESUME = "resume", _("resumed the dispatch")
    CANCEL = "cancel", _("cancelled the rest")
    DELIVERED = "delivered", _("called a mail delivered")
    POSTED = "posted", _("called a post delivered")
    POST_AGAIN = "post_again", _("posted again")
    BY_HAND = "by_hand", _("posted by hand")
    AGAIN = "again", _("sent a mail again")
    TEST = "test", _("sent a test")
    HOLD = "hold", _("held what may have left before the database was restored")
    GO_ON = "go_on", _("said that the database has lost nothing")
