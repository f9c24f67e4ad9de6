"""Noting in the audit trail who did what, and who saw or took along what is kept of persons."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import datetime
from typing import Any
from uuid import uuid4

from auditlog.models import LogEntry
from django.db.models import Model

from programmes.models import Programme
from programmes.models.trail import NOTED, PROGRAMME, SEEN, TAKEN, WHY, Kept
from programmes.queries.trail import Values, values_of


def write_entry(
    about: Model,
    action: int,
    user: Any,
    now: datetime,
    changes: Mapping[str, Sequence[str]] | None = None,
    said: Mapping[str, Any] | None = None,
    cid: str | None = None,
) -> None:
    """Write what somebody did to a row, where the trail does not see it by itself.

    Their address stays with it when their account is gone. Without a user it was an operator's
    command, or whom the row is about. ``said`` is what else is known, by key, and ``cid`` what
    binds entries together.
    """
    LogEntry.objects.log_create(
        about,
        force_log=True,
        action=action,
        changes=changes or {},
        actor=user,
        actor_email=user.email if user else None,
        timestamp=now,
        additional_data=said,
        cid=cid,
    )


def write_for_each(
    programmes: Iterable[int],
    about: Model,
    action: int,
    user: Any,
    now: datetime,
    changes: Mapping[str, Sequence[str]] | None = None,
    said: Mapping[str, Any] | None = None,
) -> None:
    """Write the same into the trail of each of these programmes (their ids).

    One ``cid`` says that it was done once. With no programme it is written once, for the
    installation.
    """
    told = [{PROGRAMME: pk} for pk in programmes] or [{}]
    cid = str(uuid4()) if len(told) > 1 else None
    for of in told:
        write_entry(about, action, user, now, changes, {**(said or {}), **of}, cid)


def note_seen(
    seen: Model,
    user: Any,
    now: datetime,
    programme: Programme | None = None,
    what: str = Kept.PERSON,
    *,
    is_taken: bool = False,
) -> None:
    """Write that somebody has seen something, or has taken it along as a file.

    Args:
        seen: the row that was looked at; for a list the programme, or what the list is of.
        user: who has seen it.
        now: the instant.
        programme: in which it was seen; None is the administration.
        what: a key of ``Kept``.
        is_taken: whether it has left the house in a file.

    """
    of = {PROGRAMME: programme.pk} if programme else {}
    said = {TAKEN if is_taken else SEEN: what, **of}
    write_entry(seen, LogEntry.Action.ACCESS, user, now, said=said)


@contextmanager
def recorded(
    row: Model,
    by: Any,
    now: datetime,
    names: Iterable[str] = (),
    *,
    of: int | None = None,
    why: str = "",
) -> Iterator[None]:
    """Write what a block makes of a row: who, when, before, after and why; nothing if nothing.

    It is how a decision leaves its trace::

        with recorded(blackout, by, now):
            blackout.save()

    The row may be made or deleted in the block, which belongs to one transaction with it.

    Args:
        row: what is changed; values are read from the database before and after.
        by: who decides; None is an operator's command, or the system.
        now: the instant.
        names: its columns and relations that matter; by default those of ``NOTED``.
        of: id of the programme; by default the row's own, and none where it belongs to none.
        why: the reason, in the words of who decides.

    """
    model, key = type(row), row.pk
    names = tuple(names) or NOTED[model._meta.label]
    before = values_of(model, key, names)
    yield
    # Django takes the key off what is deleted.
    about = copy(row)
    about.pk = key = row.pk or key
    write_change(about, before, values_of(model, key, names), by, now, of=of, why=why)


def write_change(
    about: Model,
    before: Values,
    after: Values,
    by: Any,
    now: datetime,
    *,
    of: int | None = None,
    why: str = "",
    cid: str | None = None,
    said: Mapping[str, Any] | None = None,
) -> None:
    """Write what has changed between two sets of values, if anything has.

    Without ``before`` the row was added, without ``after`` it was deleted. For what columns do
    not hold, the values may be anything under names of one's own. ``said`` as in ``write_entry``.
    """
    of = of or _programme_of(about)
    names = dict.fromkeys([*before, *after])
    changes = {name: [before.get(name, ""), after.get(name, "")] for name in names}
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    if changes or bool(before) != bool(after):
        known = ({PROGRAMME: of} if of else {}) | ({WHY: why} if why else {})
        write_entry(about, _action(before, after), by, now, changes, known | dict(said or {}), cid)


def _action(before: Values, after: Values) -> int:
    if not before:
        return int(LogEntry.Action.CREATE)
    return int(LogEntry.Action.UPDATE if after else LogEntry.Action.DELETE)


def _programme_of(row: Model) -> int | None:
    key = row.pk if isinstance(row, Programme) else getattr(row, "programme_id", None)
    return int(key) if key else None
