"""After a database was restored: what may have left since its copy does not leave again.

The copy knows nothing of the mails that left after it was made. So each of them is put in doubt,
for somebody to settle, and each dispatch waits until somebody resumes it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from communications.dispatches.models import Delivery, Dispatch, Post
from communications.dispatches.queries.slots import Slot, is_readable, slots
from communications.dispatches.services.in_doubt import note
from communications.dispatches.services.planning import (
    by_message,
    plan_people,
    start,
    without_row,
)
from communications.dispatches.sources import source_of
from communications.groups.services.post_planning import plan_posts
from communications.mailroom.models import (
    Heartbeat,
    Posting,
    Reason,
    State,
    Watermark,
    postings,
)
from communications.mailroom.models.ledger import OPEN
from communications.mailroom.services import replanning, watermark
from communications.mailroom.services.identity import message_id_of
from communications.mailroom.services.kind import all_kinds
from communications.mailroom.services.watermark import held
from communications.messages.models import Approval, Channel, Message
from communications.messages.models.act import Act
from communications.messages.rendering import reading_language
from programmes.database.wake import wake
from stakeholders.models import User

# More than any installation plans between two backups.
NUMBERS_SKIPPED = 10_000_000
CHUNK = 1000
EVER = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Held:
    """What was held: dispatches that wait now, and how many mails and posts are in doubt.

    ``unfinished`` are those in which somebody is still to be told, or in doubt. The others wait as
    well: people whom the copy does not know may have been told. ``notices`` are all mails that
    belong to no dispatch.
    """

    paused: list[Dispatch]
    unfinished: list[Dispatch]
    deliveries: int
    notices: int
    posts: int


def copy_made_at() -> datetime | None:
    """Return the last moment (UTC) that the copy knows of; None if it knows of none.

    The pump writes its time every 20 seconds; when a copy is noticed, that is kept apart.
    """
    if held():
        return Watermark.objects.values_list("known_until", flat=True).first()
    return Heartbeat.objects.filter(name="pump").values_list("at", flat=True).first()


@transaction.atomic
def hold_after_restore(since: datetime | None, now: datetime, user: User | None = None) -> Held:
    """Hold all that may have left between ``since`` and ``now``; None means ever.

    From then on this database is the one to go on with. Safe to run twice: what somebody has
    settled or resumed meanwhile is held again only if it still waits.
    """
    for model in postings():
        skip_numbers(model)
    for kind in all_kinds():
        kind.sweep_taken(kind.model._default_manager.all())
    know_mails(now)
    begun = touched(Approval.objects.standing(), since or EVER, now)
    for own in by_message(begun):
        plan_people(own, now)
    plan_posts(now)
    note(watermark.accept(), Act.HOLD, user, now)
    undecided = undecided_slots(since or EVER, now)
    paused = pause_all([*begun, *undecided], since or EVER, now)
    return Held(
        paused=paused,
        unfinished=unfinished_of(paused, undecided, now),
        deliveries=put_in_doubt(Delivery.objects.all(), now),
        notices=sum(put_in_doubt(model._default_manager.all(), now) for model in others()),
        posts=put_in_doubt(Post.objects.exclude(channel__kind=Channel.Kind.FEED), now),
    )


@transaction.atomic
def go_on(user: User | None, now: datetime) -> None:
    """Go on with a database that is held, on the word of somebody that it has lost nothing."""
    note(watermark.accept(), Act.GO_ON, user, now)
    wake("communications.pump")


def others() -> list[type[Posting]]:
    """Return the mails that belong to no dispatch."""
    return [model for model in postings() if model not in (Delivery, Post)]


def skip_numbers(model: type[Posting]) -> None:
    """Leave out the numbers of rows that were made after the copy.

    A Message-ID and a personal link are computed from the number: given twice, the link in
    somebody's mail would open the page of another.
    """
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = "pg_get_serial_sequence(%s, 'id')"
            cursor.execute(
                f"SELECT setval({sequence}, nextval({sequence}) + %s)",
                [table, table, NUMBERS_SKIPPED],
            )
            return
        cursor.execute(
            "UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", [NUMBERS_SKIPPED, table]
        )
        if not cursor.rowcount:
            cursor.execute(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, NUMBERS_SKIPPED]
            )


def reached(now: datetime) -> Q:
    """Return the condition of rows that wait in the copy and may have ended since."""
    return Q(state__in=OPEN) & (Q(due_at__lte=now) | ~Q(state=State.PLANNED))


def know_mails(now: datetime) -> None:
    """Store Message-IDs and personal links of rows that may have left: both follow from the row.

    So a mail can be looked up in the server's log, and its link works: it shows what was approved,
    in the language of the mail, as far as the copy knows.
    """
    rows = list(
        Delivery.objects.filter(reached(now))
        .select_related("dispatch__message", "approval", "person")
        .order_by("dispatch_id", "pk")
    )
    standing = {each.message_id: each for each in Approval.objects.standing()}
    for row in rows:
        row.message_id = row.message_id or message_id_of(row)
        row.approval = row.approval or standing.get(row.dispatch.message_id)
        row.language = row.language or likely_language(row)
    Delivery.objects.bulk_update(rows, ["message_id", "approval", "language"], batch_size=CHUNK)
    for message, mails in groupby(rows, lambda row: row.dispatch.message):
        source_of(message).context(list(mails), now)


def likely_language(row: Delivery) -> str:
    """Return the language in which a mail has left, if it has; empty if nobody can tell."""
    version = row.approval
    texts = version.frozen.languages if version and is_readable(version) else {}
    return reading_language(row.person.language, texts) or ""


def touched(approvals: Iterable[Approval], since: datetime, now: datetime) -> list[Slot]:
    """Return the slots that were open at some time since the copy."""
    found = slots(approvals)
    return [slot for slot in found if slot.ready_at <= now and slot.latest >= since]


def undecided_slots(since: datetime, now: datetime) -> list[Slot]:
    """Return what would have been touched if all that waits or is a draft was approved since."""
    waiting = list(Approval.objects.waiting().select_related("message"))
    for approval in waiting:
        approval.decided_at = approval.asked_at
    decided = [Approval.State.WAITING, Approval.State.APPROVED]
    drafts = Message.objects.exclude(approvals__state__in=decided).select_related("audience")
    written = [Approval.of_draft(one, one.audience.rule(), one.changed_at) for one in drafts]
    return touched([*waiting, *written], since, now)


def pause_all(found: Iterable[Slot], since: datetime, now: datetime) -> list[Dispatch]:
    """Pause each dispatch that is not at its end, also those that the copy knows nothing of.

    What lies in the future waits too: a wave that has been moved to an earlier day since the copy
    has its old day again, on which all would be told once more.
    """
    ahead = [slot for slot in slots(Approval.objects.standing()) if slot.latest >= since]
    begun = {start(own[0], now).pk for own in by_message([*found, *ahead])}
    waiting = Delivery.objects.filter(state__in=OPEN).values("dispatch")
    dispatches = Dispatch.objects.filter(
        Q(pk__in=begun) | Q(pk__in=waiting), paused_at=None, cancelled_at=None
    )
    paused = list(dispatches.select_related("message__programme").order_by("pk"))
    Dispatch.objects.filter(pk__in=[each.pk for each in paused]).update(paused_at=now)
    for dispatch in paused:
        note(dispatch, Act.HOLD, None, now)
    return paused


def unfinished_of(
    paused: Iterable[Dispatch], undecided: Iterable[Slot], now: datetime
) -> list[Dispatch]:
    """Return the dispatches that have an open row, one in doubt, or somebody without a row."""
    waiting = (*OPEN, State.IN_DOUBT)
    models = (Delivery, Post)
    rows = {
        pk
        for model in models
        for pk in model.objects.filter(state__in=waiting).values_list("dispatch", flat=True)
    }
    ahead = [slot for slot in slots(Approval.objects.standing()) if slot.latest >= now]
    untold = [own[0] for own in by_message(ahead) if without_row(own).exists()]
    messages = {slot.approval.message_id for slot in [*untold, *undecided]}
    return [each for each in paused if each.pk in rows or each.message_id in messages]


def put_in_doubt(rows: QuerySet[Any], now: datetime) -> int:
    """Put in doubt what may have ended since the copy; return how many rows that is.

    What a feed shows is shown again: a reader knows an entry by its name.
    """
    return replanning.put_in_doubt(rows.filter(reached(now)), Reason.RESTORED, now)
