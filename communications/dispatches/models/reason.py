"""Why somebody gets no copy of a message: the keys that the ledger stores, the words shown."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from communications.mailroom.models.reason import register_reasons


class NotSent(models.TextChoices):
    """Keys of reasons that lie in the approval, the audience, the recipient or the text."""

    WITHDRAWN = "withdrawn", _("the approval was withdrawn")
    NOT_MEANT = "not_meant", _("no longer in the audience")
    UNDATED = (
        "undated",
        _("no date to send it: correct the site’s dates or time zone"),
    )
    LEFT = "left", _("has left the organisation")
    DO_NOT_CONTACT = "do_not_contact", _("must not be contacted")
    NO_EMAIL = "no_email", _("cannot be reached by email")
    OPTED_OUT = "opted_out", _("has opted out of these messages")
    BAD_ADDRESS = "bad_address", _("their address does not work")
    SAME_ADDRESS = "same_address", _("sent to someone else at the same address")
    BUDGET = "budget", _("weekly email limit reached")
    NO_TEXT = "no_text", _("no approved text in a language they read")
    ADAPTED = "adapted", _("gets a local version that is not sent by email")
    DECIDED = "decided", _("decided before the email was sent")


register_reasons(NotSent)
