"""What a mail server's refusal says: whether an address is bad, or only this one mail was.

The codes are those of RFC 3463; docs/decisions/bounces.md says why each stands where it does.
"""

import re
from enum import IntEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Blame(IntEnum):
    """What is at fault; of two that contradict each other the smaller counts.

    MAIL: this mail, its way, or who sends it: the address is as good as before.
    MAILBOX: the mailbox for now, such as a full one. ADDRESS: nobody is to be found there.
    """

    MAIL = 1
    MAILBOX = 2
    ADDRESS = 3


# Subject and detail of class 5 that condemn an address.
_ADDRESS = {"1.1", "1.2", "1.3", "1.4", "1.6", "1.10", "2.1"}
# About the sender, or about what only this mail is.
_MAIL = {"1.5", "1.7", "1.8", "1.9", "2.3", "2.4"}
# Exchange Online says “no answer from host” of a recipient whom it does not know.
_MAILBOX = {"4.1"}
_OF_MAILBOXES = ("1", "2")
# Replies of RFC 5321 without a code of RFC 3463: a mailbox is at fault, nobody knows how.
_VAGUE = {"450", "550", "551", "552", "553"}

_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")
_REPLY = re.compile(r"(?<![\d.])([45]\d\d)(?=[ -]|$)")

WORDS: dict[str, Promise] = {
    "1.1": _("There is no such mailbox"),
    "1.2": _("There is no such domain"),
    "1.3": _("Not a valid address"),
    "1.4": _("The address is ambiguous to the server"),
    "1.6": _("The mailbox has moved"),
    "1.10": _("The domain does not accept email"),
    "2.1": _("The mailbox is disabled"),
    "2.2": _("The mailbox is full"),
}
_OTHERWISE: dict[Blame, Promise] = {
    Blame.ADDRESS: _("The address does not work"),
    Blame.MAILBOX: _("The mailbox rejected several emails"),
    Blame.MAIL: _("The email was refused; the address may be valid"),
}


def blame_of(status: str, reply: str) -> tuple[Blame, str]:
    """Return what is at fault, and the code that says so; it is empty if none does.

    Args:
        status: the Status field of a report, such as “5.1.1”.
        reply: what the server said, such as “smtp; 550 5.7.1 blocked”. Where both have a code that
            means something, the one that blames less counts.

    """
    found = [_judged(match) for text in (status, reply) for match in _codes_in(text)]
    if found:
        return min(found)
    match = _REPLY.search(reply)
    if match is None:
        return Blame.MAIL, ""
    return (Blame.MAILBOX if match[1] in _VAGUE else Blame.MAIL), match[1]


def _codes_in(text: str) -> list[tuple[str, str, str]]:
    """Return the first code that says more than “undefined”."""
    said = [code for code in _STATUS.findall(text) if code[1] != "0"]
    return said[:1]


def _judged(code: tuple[str, str, str]) -> tuple[Blame, str]:
    kind, subject, detail = code[0], str(int(code[1])), str(int(code[2]))
    what, whole = f"{subject}.{detail}", f"{kind}.{subject}.{detail}"
    if kind == "5" and what in _ADDRESS:
        return Blame.ADDRESS, whole
    if kind == "2" or what in _MAIL:
        return Blame.MAIL, whole
    is_mailbox = subject in _OF_MAILBOXES or (kind == "5" and what in _MAILBOX)
    return (Blame.MAILBOX if is_mailbox else Blame.MAIL), whole


def words_of(code: str) -> str:
    """Return in words what a code says of an address; a reply without one is judged again."""
    blame, whole = blame_of(code, code)
    return str(WORDS.get(whole[2:], _OTHERWISE[blame]))
