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
    "email": _("Mail"),
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
    "no_mail": _("No mail"),
    "bad_mail": _("Broken mail"),
    "unknown_site": _("Unknown site"),
    "too_long": _("Too long"),
    "duplicate_rows": _("Double line, the first good one counts"),
    "unknown_language": _("Unknown language, the site’s is used"),
    "bad_date": _("Date that does not exist, kept without date"),
    "kept_language": _("Language chosen by hand, kept"),
    "shared_mail": _("Address of several people, each gets a mail"),
    "unknown_manager": _("Manager who is not in the file"),
}
_HELP: dict[str, Promise] = {
    "no_number": _("Without it nobody is found again: add it"),
    "no_name": _("Add a family name or a given name"),
    "no_mail": _("Add an address, or reach them by a briefing"),
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
        return str(_("“%(site)s”: add the site, or write one that is known")) % {"site": value}
    return str(_HELP.get(reason, ""))


def _mail_help(value: str) -> str:
    for is_so, words in (
        ("@" not in value, _("There is no @")),
        (value.endswith("@"), _("It ends after the @")),
        (value.count("@") > 1, _("There is more than one @")),
        (".." in value, _("Two dots follow each other")),
        (" " in value, _("There is a space inside")),
    ):
        if is_so:
            return str(words)
    return str(_("It is no address: write it anew"))
