"""A database that was put back or copied is known by itself, and then nothing leaves.

A restored database knows nothing of the mails that left after its backup was made. Three signs
show one:

- It lies elsewhere than it did (``place``). PostgreSQL: another database, another table of
  postings that tell copies (``Posting.TELLS_COPIES``), or a first row that another transaction has
  written, as when a dump fills it. SQLite: another file. Cleaning up, and a server that breaks down
  or is upgraded in its place, change none of these.
- It is behind: each claim and each look is counted in its own transaction, and before a first mail
  leaves the count is told to witnesses outside the database. One of them knows more. Where a copy
  of what was in hand has no other sign, on SQLite, the end of a claim counts too.
- It was silent, and PostgreSQL comes back from a break-down or as a standby that took over: it may
  have been started from a copy of its files. Five minutes are suspicious where no witness knows
  anything (on SQLite too), an hour is anyway: a copy of the whole machine has its witness in it.

Whoever claims asks for the first two in the same transaction; each run of the pump and each round
of a sender asks for all.
"""

import logging
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Exists, F, Q, QuerySet

from communications.mailroom.models import ChannelState, Heartbeat, Sign, Watermark, postings
from communications.mailroom.services import witness
from communications.mailroom.services.database_life import current_life

log = logging.getLogger(__name__)

CHANNEL = "database"
SILENCE, LONG_SILENCE = timedelta(minutes=5), timedelta(hours=1)
REMINDER = timedelta(hours=1)
PLACE = """
SELECT concat_ws('.',
  (SELECT oid FROM pg_database WHERE datname = current_database()),
  (SELECT string_agg(name::regclass::oid::text, '.' ORDER BY name)
    FROM unnest(%s::text[]) AS name),
  (SELECT xmin FROM django_migrations ORDER BY id LIMIT 1))
"""


def here() -> str:
    """Return where the database lies: a copy says something else."""
    if connection.vendor != "postgresql":
        file = Path(connection.settings_dict["NAME"])
        return f"{file.stat().st_ino} {file.resolve()}"[:400]
    with connection.cursor() as cursor:
        cursor.execute(PLACE, [[m._meta.db_table for m in postings() if m.TELLS_COPIES]])
        return str(cursor.fetchone()[0])


def held() -> ChannelState | None:
    """Return since when (UTC) and by which sign nothing leaves; None if nothing is held."""
    return _holds().first()


def _holds() -> QuerySet[ChannelState]:
    return ChannelState.objects.filter(channel=CHANNEL, failing_since__isnull=False)


def rise() -> tuple[str, int] | None:
    """Count a claim, within its transaction; None forbids it: look with ``may_send`` why.

    The transaction is then undone, or a copy would catch up with its witnesses.

    What is returned, the line and its number, is for ``witness.tell`` once it is committed.
    """
    own = Watermark.objects.filter(life=current_life(), place=here()).exclude(Exists(_holds()))
    if not own.update(number=F("number") + 1):
        return None
    line, number = Watermark.objects.values_list("line", "number").get()
    known = witness.known(line)
    return (line, number) if known is None or known < number else None


def count_end() -> None:
    """Count the end of a claim on SQLite: a copy that was made meanwhile is behind from now on.

    On PostgreSQL such a copy lies elsewhere or lives another life: what was in hand is in doubt.
    """
    if connection.vendor != "sqlite":
        return
    with transaction.atomic():
        risen = rise()
        transaction.set_rollback(risen is None)
    if risen:
        witness.tell(*risen)


@transaction.atomic
def may_send(now: datetime) -> bool:
    """Tell whether this is the database that workers left; if not, hold everything.

    While the row is locked nobody counts, so that no witness knows more than is committed.
    """
    mark = _locked()
    if held():
        return False
    sign = sign_of(mark, now)
    if sign:
        _hold(mark, sign, now)
        return False
    mark.number, mark.life = mark.number + 1, current_life()
    mark.save(update_fields=["number", "life"])
    transaction.on_commit(lambda: witness.tell(mark.line, mark.number))
    return True


def _locked() -> Watermark:
    """Return the watermark, so that no other counts it; the first look draws its line.

    It is read again after it was made: between the two a rival may have counted and told.
    """
    drawn = {"line": secrets.token_hex(8), "place": here()}
    Watermark.objects.get_or_create(pk=Watermark.ONLY, defaults=drawn)
    return Watermark.objects.select_for_update().get()


def sign_of(mark: Watermark, now: datetime) -> Sign | None:
    """Return what shows that this database was put back or copied; None if nothing does."""
    known = witness.known(mark.line)
    if mark.place != here():
        return Sign.MOVED
    if known is not None and known > mark.number:
        return Sign.BEHIND
    came_back, silence = mark.life != current_life(), silent_for(now)
    if came_back and silence > LONG_SILENCE:
        return Sign.SILENT
    is_alone = known is None and (came_back or connection.vendor == "sqlite")
    return Sign.SILENT if mark.life and is_alone and silence > SILENCE else None


def silent_for(now: datetime) -> timedelta:
    """Return for how long no worker has been here; nothing if none ever was."""
    last = Heartbeat.objects.filter(name="pump").values_list("at", flat=True).first()
    return now - last if last else timedelta()


@transaction.atomic
def hold_sending(now: datetime) -> None:
    """Let nothing leave from a database that was just put back, whether it shows or not."""
    _stop(_locked(), Sign.MOVED, now)


def _hold(mark: Watermark, sign: Sign, now: datetime) -> None:
    _stop(mark, sign, now)
    remind(now)


def _stop(mark: Watermark, sign: Sign, now: datetime) -> None:
    state = {"failing_since": now, "reason": sign, "next_try_at": None}
    ChannelState.objects.update_or_create(channel=CHANNEL, defaults=state)
    last = Heartbeat.objects.filter(name="pump").values_list("at", flat=True).first()
    Watermark.objects.filter(pk=mark.pk).update(known_until=last)


def remind(now: datetime) -> None:
    """Write into the log that everything is held: once an hour, by one of all processes."""
    hold = _holds().filter(Q(next_try_at=None) | Q(next_try_at__lte=now))
    reason = hold.values_list("reason", flat=True).first()
    if reason and hold.update(next_try_at=now + REMINDER):
        log.critical("Nothing is sent: %s. Decide with hold_after_restore.", Sign(reason).label)


@transaction.atomic
def accept() -> Watermark:
    """Take this database for the one to go on with, whatever the signs say.

    Its number rises above all that witnesses know.
    """
    mark = _locked()
    mark.number = max(mark.number, witness.known(mark.line) or 0) + 1
    mark.place, mark.life, mark.known_until = here(), current_life(), None
    mark.save()
    ChannelState.objects.filter(channel=CHANNEL).delete()
    transaction.on_commit(lambda: witness.tell(mark.line, mark.number))
    return mark
