"""What somebody may do to a message on its way: the keys in the audit trail."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Act(models.TextChoices):
    """Acts on a test, a dispatch, an email or a post in doubt, and on the hold after a restore."""

    PAUSE = "pause", _("paused the sending")
    DOUBT = "doubt", _("paused the sending: many addresses do not exist")
    RESUME = "resume", _("resumed the sending")
    CANCEL = "cancel", _("cancelled the rest")
    DELIVERED = "delivered", _("marked an email as delivered")
    POSTED = "posted", _("marked a post as delivered")
    POST_AGAIN = "post_again", _("posted again")
    BY_HAND = "by_hand", _("posted by hand")
    NOT_POSTED = "not_posted", _("marked a post as not posted")
    AGAIN = "again", _("sent an email again")
    TEST = "test", _("sent a test")
    HOLD = "hold", _("held what may have been sent before the database was restored")
    GO_ON = "go_on", _("confirmed that the database lost nothing")
