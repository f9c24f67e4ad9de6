"""What follows from a mail that came back: it reached nobody, and its address may be bad."""

import re
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, QuerySet

from communications.dispatches.models import Bounce, Delivery
from communications.mailroom.channels.bounce import Failed, Kind, Returned, plain_address
from communications.mailroom.channels.verdict import Blame
from communications.mailroom.channels.verp import deliveries_named
from communications.mailroom.models import Reason, State
from communications.mailroom.models.ledger import OPEN
from communications.mailroom.services import mailbox
from communications.mailroom.services.kind import Clock
from communications.mailroom.services.mailbox import Taken
from communications.mailroom.services.replanning import end_doubt
from programmes.database.wake import is_stopping
from stakeholders.models import Contact
from stakeholders.people.services.person import refuse_address

KINDS = {
    Blame.ADDRESS: Bounce.Kind.HARD,
    Blame.MAILBOX: Bounce.Kind.SOFT,
    Blame.MAIL: Bounce.Kind.REFUSED,
}
MESSAGE_ID = re.compile(r"[0-9a-f]+\.(\d{1,18})@[^<>\s]+", re.ASCII)
# So many days, one after the other, on which nothing but full mailboxes came back.
SOFT_DAYS, SOFT_WITHIN = 3, timedelta(days=30)


def read_returns(clock: Clock) -> int:
    """Read what came back for less than a minute; return how many mails were put away.

    ``clock`` gives the current instant (UTC).
    """
    return mailbox.read_returns(take_return, clock, is_stopping)


def take_return(returned: Returned, now: datetime) -> Taken:
    """Count what came back. Whatever is not proven changes nothing; read twice, it counts once."""
    if returned.kind in (Kind.AUTO_REPLY, Kind.PASSING):
        return Taken.KNOWN
    if returned.delivery is None or not returned.failed:
        return Taken.NOTHING
    return _take(returned.delivery, returned.failed, now)


def take_event(return_path: str, message_id: str, failed: Failed, now: datetime) -> Taken:
    """Count what a provider tells of a mail, which either of its two names proves."""
    named = deliveries_named(return_path) or _deliveries_of(message_id)
    return _take(named.pop(), (failed,), now) if len(named) == 1 else Taken.NOTHING


def _deliveries_of(message_id: str) -> set[int]:
    """Return the delivery whose Message-ID this is; its number stands in it."""
    match = MESSAGE_ID.fullmatch(message_id.strip().strip("<>"))
    if match is None:
        return set()
    mails = Delivery.objects.filter(pk=match[1], message_id=f"<{match[0]}>")
    return set(mails.values_list("pk", flat=True))


@transaction.atomic
def _take(number: int, failed: tuple[Failed, ...], now: datetime) -> Taken:
    rows = Delivery.objects.select_for_update(of=("self",))
    delivery = rows.select_related("dispatch__message", "person").filter(pk=number).first()
    if delivery is None:
        return Taken.NOTHING
    address = plain_address(delivery.address)
    own = [one for one in failed if address in one.addresses]
    if not own:
        return Taken.NOTHING
    if delivery.state in OPEN:
        return Taken.LATER
    if delivery.state not in (State.SENT, State.IN_DOUBT):
        return Taken.NOTHING
    return _note(delivery, own[0], now)


def _note(delivery: Delivery, failed: Failed, now: datetime) -> Taken:
    """Write down that a mail came back, and what follows."""
    said = {"code": failed.code, "reply": failed.reply, "received_at": now}
    said |= {"dispatch": delivery.dispatch, "site": delivery.site}
    kind = KINDS[failed.blame]
    _bounce, is_new = Bounce.objects.get_or_create(delivery=delivery, kind=kind, defaults=said)
    if not is_new:
        return Taken.KNOWN
    end_doubt(delivery, Reason.CAME_BACK)  # what came back had been taken
    take_contact_back(delivery)
    if kind == Bounce.Kind.HARD or (kind == Bounce.Kind.SOFT and is_soft_too_often(delivery)):
        sent_at = delivery.ended_at or now
        refuse_address(delivery.person, delivery.address, reason_of(failed), sent_at, now)
    return Taken.COUNTED


def reason_of(failed: Failed) -> str:
    """Return what the server said, its code first."""
    is_said = failed.code in failed.reply
    return failed.reply if is_said else f"{failed.code} {failed.reply}".strip()


def take_contact_back(delivery: Delivery) -> None:
    """Let the person be reached by the mail before, if that has not come back as well."""
    programme = delivery.dispatch.message.programme_id
    sent = Delivery.objects.filter(
        dispatch__message__programme=programme,
        person=delivery.person_id,
        state=State.SENT,
        bounces=None,
    )
    before = sent.aggregate(last=Max("ended_at"))["last"]
    if delivery.ended_at is not None:
        Contact.objects.take_back(programme, delivery.person_id, delivery.ended_at, before)


def is_soft_too_often(delivery: Delivery) -> bool:
    """Tell whether the latest mails to this address, of three days, have all come back so.

    Days are those of UTC on which they left. What was refused for its own sake neither counts nor
    ends the row, and nothing counts from before somebody said that the address works.
    """
    days = set()
    for left_at, kinds in _latest_to(delivery):
        if not kinds:
            break
        if Bounce.Kind.SOFT in kinds:
            days.add(left_at.date())
    return len(days) >= SOFT_DAYS


def _latest_to(delivery: Delivery) -> list[tuple[datetime, set[str]]]:
    """Return when mails left to the address of one, itself the first, and how they came back."""
    if delivery.ended_at is None:
        return []
    mails: QuerySet[Delivery] = Delivery.objects.filter(
        person=delivery.person_id,
        address=delivery.address,
        state=State.SENT,
        ended_at__lte=delivery.ended_at,
        ended_at__gt=delivery.ended_at - SOFT_WITHIN,
    )
    if delivery.person.address_confirmed_at is not None:
        mails = mails.filter(ended_at__gt=delivery.person.address_confirmed_at)
    latest = mails.order_by("-ended_at", "-pk").prefetch_related("bounces")
    return [(mail.ended_at, {b.kind for b in mail.bounces.all()}) for mail in latest]  # type: ignore[misc]
