"""The words of imports: what a column becomes, why a line is rejected or noted, what helps."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programmes.design import formats

# What personnel files tell of a person, in the order in which pages show it.
FIELDS: dict[str, Promise] = {
    "personnel_number": _("Personnel number"),
    "last_name": _("Family name"),
    "first_name": _("Given name"),
    "email": _("Email"),
    "language": _("Language"),
    "business_line": _("Business line"),
    "job": _("Job title"),
    "site": _("Site"),
    "employer": _("Employer"),
    "manager_number": _("Manager"),
    "entered_on": _("Joined on"),
    "left_on": _("Left on"),
}
REASONS: dict[str, Promise] = {
    "no_number": _("No personnel number"),
    "no_name": _("No name"),
    "no_mail": _("No email address"),
    "bad_mail": _("Invalid email address"),
    "unknown_site": _("Unknown site"),
    "too_long": _("Too long"),
    "duplicate_rows": _("Duplicate row: the first valid one is used"),
    "unknown_language": _("Unknown language: the site’s language is used"),
    "bad_date": _("Invalid date: imported without it"),
    "kept_language": _("Language set manually: kept"),
    "shared_mail": _("Shared email address: each person gets an email"),
    "unknown_manager": _("Manager not in the file"),
}
_HELP: dict[str, Promise] = {
    "no_number": _("Add it. People are recognised by this number"),
    "no_name": _("Add a family name or a given name"),
    "no_mail": _("Add an address, or inform them in a briefing"),
    "too_long": _("Shorten it"),
}


def field_word(name: str) -> str:
    """Return what a column is called."""
    return str(FIELDS.get(name, name))


def value_word(name: str, value: str) -> str:
    """Return what an entry says of a column, as people read it."""
    if value and name == "language":
        return formats.language_name(value)
    if value and name in ("entered_on", "left_on"):
        return formats.long_day(date.fromisoformat(value))
    return value


def counted(counts: Mapping[str, int], words: Mapping[str, Promise]) -> list[dict[str, Any]]:
    """Return counts with their words, in the order of the counts."""
    return [
        {"name": name, "reason": name, "word": words.get(name, name), "count": count}
        for name, count in counts.items()
    ]


def reason_word(reason: str) -> str:
    """Return why a line is rejected or noted."""
    return str(REASONS.get(reason, reason))


def help_with(reason: str, value: str) -> str:
    """Return what helps against a reason, as far as the value at fault tells."""
    if reason == "bad_mail":
        return _mail_help(value)
    if reason == "unknown_site":
        return str(_("“%(site)s”: add this site, or enter a known one")) % {"site": value}
    return str(_HELP.get(reason, ""))


def _mail_help(value: str) -> str:
    for is_so, words in (
        ("@" not in value, _("The @ is missing")),
        (value.endswith("@"), _("Nothing follows the @")),
        (value.count("@") > 1, _("There is more than one @")),
        (".." in value, _("There are two dots in a row")),
        (" " in value, _("It contains a space")),
    ):
        if is_so:
            return str(words)
    return str(_("Enter an email address, such as name@example.com"))
