"""Fetching what comes back, from a folder and from a mailbox: one worker at a time.

A mail is put away after what it says is committed. If a worker dies in between, it is read again
and counts once all the same. Whoever calls says by ``take`` what a mail that came back means.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.db.models import QuerySet

from communications.mailroom.channels import imap, one_line, spool
from communications.mailroom.channels.bounce import Returned, read_return
from communications.mailroom.channels.imap import MailboxConfig, MailboxDown
from communications.mailroom.models import ChannelState, Heartbeat
from communications.mailroom.services.kind import Clock, Round
from programmes.database.lease import Lease

log = logging.getLogger(__name__)

CHANNEL = "bounces"
LIMIT = 200
ROUND = timedelta(seconds=45)
# More than a round and the answers of a slow mailbox, of which each has its time-out.
LEASE = Lease(until="next_try_at", fence="", span=timedelta(minutes=3))


class Taken(StrEnum):
    """What became of a mail: counted now or before, of no account, or to be read again later."""

    COUNTED = "counted"
    KNOWN = "known"
    NOTHING = "nothing"
    LATER = "later"


Take = Callable[[Returned, datetime], Taken]
PutAway = Callable[[Taken], None]
Key = TypeVar("Key")


def is_set_up() -> bool:
    """Tell whether there is a place to read from."""
    return bool(settings.BOUNCE_SPOOL or settings.BOUNCE_IMAP)


def read_returns(take: Take, clock: Clock, is_stopping: Callable[[], bool]) -> int:
    """Read what waits, for less than a minute from each place; return how many were put away.

    ``clock`` gives the current instant (UTC).
    What cannot be read is noted for ``doctor``. While another worker reads, nothing happens.
    """
    if not is_set_up():
        return 0
    ChannelState.objects.get_or_create(channel=CHANNEL)
    mark = LEASE.claim(ChannelState.objects.filter(channel=CHANNEL), clock())
    if not mark:
        return 0
    read, problem = 0, ""
    try:
        for read_one in (read_spool, read_mailbox):
            try:
                read += read_one(take, Round(clock, clock() + ROUND, is_stopping))
            except (OSError, MailboxDown) as error:
                problem = one_line(getattr(error, "strerror", None) or str(error))
                log.warning("Returned emails cannot be read: %s", type(error).__name__)
    finally:
        _end(ChannelState.objects.filter(channel=CHANNEL, **mark), problem, clock())
    return read


def _end(own: QuerySet[ChannelState], problem: str, now: datetime) -> None:
    """Give the lease back if it is still ours, with how it went."""
    if not problem:
        LEASE.release(own, failing_since=None, reason="", failures=0)
        Heartbeat.objects.update_or_create(name=CHANNEL, defaults={"at": now})
    elif state := own.first():
        since = state.failing_since or now
        LEASE.release(own, failing_since=since, reason=problem, failures=state.failures + 1)


def read_spool(take: Take, turn: Round) -> int:
    """Read the folder, if one is set.

    Raises:
        OSError: it cannot be read, or nothing can be moved there.
    """
    if not settings.BOUNCE_SPOOL:
        return 0
    folder = Path(settings.BOUNCE_SPOOL)
    paths = spool.waiting_in(folder, LIMIT)
    return _take_all(((path, _putter(path, folder)) for path in paths), _beginning, take, turn)


def _beginning(path: Path) -> bytes:
    try:
        return spool.beginning_of(path)
    except FileNotFoundError:
        return b""


def _putter(path: Path, folder: Path) -> PutAway:
    def put_away(taken: Taken) -> None:
        name = spool.FAILED if taken is Taken.NOTHING else spool.DONE
        with _gone_is_fine():
            spool.put_away(path, folder, name)

    return put_away


@contextmanager
def _gone_is_fine() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        log.info("An email in the folder has been moved by another process")


def read_mailbox(take: Take, turn: Round) -> int:
    """Read the mailbox, if one is set.

    Raises:
        MailboxDown: it cannot be read.
    """
    if not settings.BOUNCE_IMAP:
        return 0
    config = MailboxConfig.of(settings.BOUNCE_IMAP, settings.BOUNCE_IMAP_PASSWORD)
    with imap.opened(config) as box:

        def marker(number: str) -> PutAway:
            return lambda taken: box.put_away(number, is_strange=taken is Taken.NOTHING)

        mails = ((number, marker(number)) for number in box.waiting(LIMIT))
        return _take_all(mails, box.beginning_of, take, turn)


def _take_all(
    mails: Iterator[tuple[Key, PutAway]],
    beginning_of: Callable[[Key], bytes],
    take: Take,
    turn: Round,
) -> int:
    """Take each mail and put it away; return how many. What is to be read later stays."""
    count = 0
    for key, put_away in mails:
        if not turn.goes_on():
            break
        taken = take(read_return(beginning_of(key)), turn.clock())
        if taken is not Taken.LATER:
            put_away(taken)
            count += 1
    return count
