"""Fetching what comes back, from a folder and from a mailbox: one worker at a time.

A mail is put away after what it says is committed. If a worker dies in between, it is read again
and counts once all the same.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.db.models import Q

from communications.dispatches.services.bounce import Taken, take_return
from communications.mailroom.channels import imap, one_line, spool
from communications.mailroom.channels.bounce import read_return
from communications.mailroom.channels.imap import MailboxConfig, MailboxDown
from communications.mailroom.models import ChannelState, Heartbeat
from communications.mailroom.services.kind import Clock
from programmes.database.wake import is_stopping

log = logging.getLogger(__name__)

CHANNEL = "bounces"
LIMIT = 200
ROUND = timedelta(seconds=45)
# More than a round and the answers of a slow mailbox, of which each has its time-out.
LEASE = timedelta(minutes=3)

PutAway = Callable[[Taken], None]
Key = TypeVar("Key")


def is_set_up() -> bool:
    """Tell whether there is a place to read from."""
    return bool(settings.BOUNCE_SPOOL or settings.BOUNCE_IMAP)


def read_returns(clock: Clock) -> int:
    """Read what waits, for less than a minute; return how many mails were put away.

    ``clock`` gives the current instant (UTC). What cannot be read is noted for ``doctor``. While
    another worker reads, nothing happens.
    """
    if not is_set_up():
        return 0
    lease = clock() + LEASE
    if not _begin(lease, clock()):
        return 0
    read, problem = 0, ""
    try:
        for read_one in (read_spool, read_mailbox):
            try:
                read += read_one(clock, clock() + ROUND)
            except (OSError, MailboxDown) as error:
                problem = one_line(getattr(error, "strerror", None) or str(error))
                log.warning("What comes back cannot be read: %s", type(error).__name__)
    finally:
        _end(lease, problem, clock())
    return read


def _begin(lease: datetime, now: datetime) -> bool:
    """Take the lease by one conditional UPDATE; False if another worker has it."""
    ChannelState.objects.get_or_create(channel=CHANNEL)
    is_free = Q(next_try_at__isnull=True) | Q(next_try_at__lte=now)
    return bool(ChannelState.objects.filter(is_free, channel=CHANNEL).update(next_try_at=lease))


def _end(lease: datetime, problem: str, now: datetime) -> None:
    """Give the lease back if it is still ours, with how it went."""
    own = ChannelState.objects.filter(channel=CHANNEL, next_try_at=lease)
    if not problem:
        own.update(next_try_at=None, failing_since=None, reason="", failures=0)
        Heartbeat.objects.update_or_create(name=CHANNEL, defaults={"at": now})
        return
    state = own.first()
    if state is not None:
        since = state.failing_since or now
        own.update(
            next_try_at=None, failing_since=since, reason=problem, failures=state.failures + 1
        )


def read_spool(clock: Clock, until: datetime) -> int:
    """Read the folder, if one is set.

    Raises:
        OSError: it cannot be read, or nothing can be moved there.
    """
    if not settings.BOUNCE_SPOOL:
        return 0
    folder = Path(settings.BOUNCE_SPOOL)
    paths = spool.waiting_in(folder, LIMIT)
    return _take_all(((path, _putter(path, folder)) for path in paths), _beginning, clock, until)


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
        log.info("A mail of the folder has been moved by somebody else")


def read_mailbox(clock: Clock, until: datetime) -> int:
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
        return _take_all(mails, box.beginning_of, clock, until)


def _take_all(
    mails: Iterator[tuple[Key, PutAway]],
    beginning_of: Callable[[Key], bytes],
    clock: Clock,
    until: datetime,
) -> int:
    """Take each mail and put it away; return how many. What is to be read later stays."""
    count = 0
    for key, put_away in mails:
        if clock() > until or is_stopping():
            break
        taken = take_return(read_return(beginning_of(key)), clock())
        if taken is not Taken.LATER:
            put_away(taken)
            count += 1
    return count
