"""What a test of a channel says to the group that reads it."""

from django.utils import translation
from django.utils.translation import gettext as _


def words_of_test(language: str, channel: str, programme: str) -> tuple[str, str]:
    """Return title and text of a test, in the language of the channel."""
    with translation.override(language):
        title = _("Test of channel “%(name)s”") % {"name": channel}
        text = _(
            "%(programme)s is testing whether its news arrives here. You do not need to do "
            "anything."
        )
        return title, text % {"programme": programme}
