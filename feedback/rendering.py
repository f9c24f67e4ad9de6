"""The texts that a new survey begins with, in each language."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext


def standard_texts(language: str) -> dict[str, Any]:
    """Return the texts that a new survey begins with, by field; English where none are known."""
    with translation.override(language):
        return {
            "subject": gettext("One minute: how is it going for you?"),
            "body": gettext(
                "Hello {{ first_name }},\n\n"
                "Four short questions will tell us what to improve first. It takes one minute, "
                "on your phone as well. No name, no login.\n\n"
                "[Give your answer]({{ survey_link }})\n\n"
                "The link only makes sure that each person answers once. Thank you!"
            ),
            "choice": gettext("What have you used most since the change?"),
            "csat": gettext("How satisfied are you with the help you got?"),
            "nps": gettext("How likely are you to recommend the new service to a colleague?"),
            "comment": gettext("What should we improve first?"),
            "options": "\n".join(
                [
                    gettext("Service desk by phone"),
                    gettext("Service desk by chat"),
                    gettext("Self-service portal"),
                    gettext("IT colleagues on site"),
                    gettext("None of these"),
                ]
            ),
        }
