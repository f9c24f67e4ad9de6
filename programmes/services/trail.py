"""Noting in the audit trail who did what, and who saw or took along what is kept of persons."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from auditlog.models import LogEntry
from django.db.models import Model

from programmes.models import Programme
from programmes.models.trail import PROGRAMME, SEEN, TAKEN, Kept


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
