"""Why a posting ended as it did: the keys that the ledger stores, the words shown.

Who plans postings has reasons of its own for sending none, and registers their words.
"""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Reason(models.TextChoices):
    """Keys of reasons that the ledger gives; a server's replies are stored as they come."""

    TOO_LATE = "too_late", _("the latest send time has passed")
    STOPPED = "stopped", _("the rest was cancelled")
    CUT = "cut", _("the connection was lost before the server replied")
    RESTORED = "restored", _("may have been sent before the database was restored")
    CONFIRMED = "confirmed", _("confirmed by hand as delivered")
    CAME_BACK = "came_back", _("accepted by the server, since it bounced")


_words: dict[str, str | Promise] = {}


def register_reasons(reasons: type[models.TextChoices]) -> None:
    """Let the keys of further reasons be shown in their words."""
    _words.update(reasons.choices)


register_reasons(Reason)


def reason_words(reason: str) -> str:
    """Return a reason in words: the portal's own by its key, a server's reply as it came."""
    return str(_words.get(reason, reason))
