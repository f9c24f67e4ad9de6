"""What a module says of the service that it posts to, and how an answer is read."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from communications.groups.channels.announcement import Announcement
from communications.mailroom.channels import Outcome, Result

FOR_NOW = (408, 425, 429)
GATEWAY_GAVE_UP = 504


@dataclass(frozen=True, slots=True)
class Post:
    """A request ready to leave: an https address, its body, and headers beside the usual ones."""

    address: str = field(repr=False)
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ServiceReply:
    """What a server said: its status, and at most 64 KB of its body."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Service:
    """A service that takes posts.

    Attributes:
        limit: characters that a post may have, with its title and address.
        rate: posts a minute that the service takes from one channel.
        compose: makes a post of address, secret, announcement and the time, in milliseconds
            since 1970.
        meaning: reads an answer of 200 to 299.
        hosts: names that addresses may have; ``*.`` stands for names below.
        needs_secret: whether nothing can be posted without a secret.
    """

    limit: int
    rate: int
    compose: Callable[[str, str, Announcement, int], Post]
    meaning: Callable[[ServiceReply], Result]
    hosts: tuple[str, ...] = ()
    needs_secret: bool = False


def as_json(payload: Mapping[str, Any]) -> bytes:
    """Return a payload as UTF-8, as short as it can be."""
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def judged(service: Service, answer: ServiceReply) -> Result:
    """Return what became of a post by the status of its answer, and by the service's own code."""
    status = answer.status
    if 200 <= status < 300:
        return service.meaning(answer)
    if status == GATEWAY_GAVE_UP:
        return Result(Outcome.IN_DOUBT, _("A gateway timed out (504)."))
    if status in FOR_NOW or status >= 500:
        return Result(
            Outcome.RETRY, _("The service is not accepting posts right now (%d).") % status
        )
    if 300 <= status < 400:
        reason = (
            _("The address redirects elsewhere (%d), and posts do not follow redirects.") % status
        )
        return Result(Outcome.FAILED, reason)
    return Result(Outcome.FAILED, _("The service refused the post (%d).") % status)


def taken(answer: ServiceReply) -> Result:
    """Return that a post was taken, whatever else the answer says."""
    return Result(Outcome.SENT, str(answer.status))


def by_code(
    names: Collection[str], for_now: Collection[int], known: Mapping[int, Any]
) -> Callable[[ServiceReply], Result]:
    """Return a reading of answers that hold a number, zero for good, under one of these names.

    Args:
        names: where the number may stand; the first that is there counts.
        for_now: numbers that say “later”.
        known: numbers that mean something to whoever set the channel up.
    """

    def meaning(answer: ServiceReply) -> Result:
        code = _code_in(answer.body, names)
        if code is None:
            return Result(Outcome.IN_DOUBT, _("The service’s reply cannot be read."))
        if code == 0:
            return Result(Outcome.SENT, str(answer.status))
        if code in for_now:
            return Result(
                Outcome.RETRY, _("The service is not accepting posts right now (%d).") % code
            )
        said = known.get(code, _("The service refused the post (%d).") % code)
        return Result(Outcome.FAILED, str(said))

    return meaning


def _code_in(body: bytes, names: Collection[str]) -> int | None:
    """Return the number that an answer holds; its words are not quoted, they may hold a secret."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    codes = [found[name] for name in names if type(found.get(name)) is int]
    return codes[0] if codes else None
