"""What those read who were told a date that has changed since."""

from django.utils import translation
from django.utils.translation import gettext

from communications.messages.rendering.language import SOURCE_LANGUAGE


def correction_texts(language: str) -> tuple[str, str] | None:
    """Return subject and text of the email in a language; None if it is not translated."""
    found = _texts(language)
    return None if language != SOURCE_LANGUAGE and found == _texts(SOURCE_LANGUAGE) else found


def _texts(language: str) -> tuple[str, str]:
    with translation.override(language):
        return (
            gettext("New date for {{ site }}: {{ go_live_date }}"),
            gettext(
                "Hello {{ first_name }},\n\n"
                "The date we gave you for {{ site }} has changed.\n\n"
                "**The new date is {{ go_live_date }}.**\n\n"
                "You do not need to do anything now. We will write to you again before that day."
            ),
        )
