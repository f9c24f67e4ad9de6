"""The envelope sender of each mail, so that what comes back names its delivery and proves it.

``bounces+<delivery>-<tag>@domain``: the number in base32, and an HMAC over it that nobody can make
without the key. Mail servers may turn a local part to lower case; it means the same.
"""

import re

from django.conf import settings

from communications.mailroom.channels.address import wire_address
from communications.mailroom.channels.keyed import is_honoured, keyed_token

USE = "return paths"
DIGITS = "abcdefghijklmnopqrstuvwxyz234567"
TAG_BYTES = 15  # 120 bits
TAG_LENGTH = 24
LONGEST_NUMBER = 13  # digits of 64 bits
LONGEST_LOCAL_PART = 64
_LONGEST_NAME = LONGEST_LOCAL_PART - len("+-") - LONGEST_NUMBER - TAG_LENGTH
# What a mail holds in its headers may be endless.
_LONGEST_TEXT = 20_000


def return_path(delivery: int) -> str:
    """Return the envelope sender of a delivery's mail; empty if none is set or it cannot be."""
    mailbox = mailbox_of_returns()
    if mailbox is None:
        return ""
    name, domain = mailbox
    return f"{name}+{_digits_of(delivery)}-{_tag(delivery)}@{domain}"


def deliveries_named(text: str) -> set[int]:
    """Return the deliveries whose genuine return paths stand in a text such as a header."""
    mailbox = mailbox_of_returns()
    if mailbox is None:
        return set()
    name, domain = map(re.escape, mailbox)
    path = rf"(?<![\w.+-]){name}\+([a-z2-7]{{1,13}})-([a-z2-7]{{24}})@{domain}(?![\w-]|\.\w)"
    pairs = re.findall(path, text[:_LONGEST_TEXT].lower(), re.ASCII)
    return {_number_of(digits) for digits, tag in pairs if _is_genuine(_number_of(digits), tag)}


def mailbox_of_returns() -> tuple[str, str] | None:
    """Return name and domain of BOUNCE_ADDRESS, lower case; None if it is empty or unusable."""
    try:
        name, _at, domain = wire_address(settings.BOUNCE_ADDRESS.lower()).partition("@")
    except ValueError:
        return None
    return (name, domain) if name.isascii() and len(name) <= _LONGEST_NAME else None


def _is_genuine(delivery: int, tag: str) -> bool:
    return is_honoured(USE, str(delivery), tag, TAG_BYTES)


def _tag(delivery: int) -> str:
    return keyed_token(USE, str(delivery), number_of_bytes=TAG_BYTES)


def _digits_of(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, len(DIGITS))
        digits = DIGITS[rest] + digits
    return digits


def _number_of(digits: str) -> int:
    number = 0
    for digit in digits:
        number = number * len(DIGITS) + DIGITS.index(digit)
    return number
