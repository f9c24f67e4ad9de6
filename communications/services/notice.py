"""Telling those who decide that something waits, as often as each of them wants."""

import logging
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import Q

from communications.channels import Outcome, RelayDown, Result
from communications.channels.mail import Letter, Relay, build
from communications.models import Approval, Notice, Reason, State
from communications.rendering.language import language_tag
from communications.rendering.notice import render_notice
from communications.services import ledger, relay_state
from communications.services.batch import HOST, SENDER_ADDRESS, Clock, logo_of
from communications.services.ledger import Claim
from programmes.models import Programme
from stakeholders.models import Role, User

log = logging.getLogger(__name__)

DAILY_HOUR_UTC = 6


def announce(programme: Programme, now: datetime) -> None:
    """Plan a mail to each CIO of the programme: at once, with tomorrow's, or none."""
    deciders = User.objects.filter(
        roles__programme=programme, roles__kind=Role.Kind.CIO, is_active=True
    ).exclude(approval_notice=User.Notice.NEVER)
    for user in deciders.distinct():
        at_once = user.approval_notice == User.Notice.AT_ONCE
        due_at = now if at_once else next_morning(now)
        notice, _made = Notice.objects.get_or_create(user=user, programme=programme, due_at=due_at)
        # One that was called off, when all was decided, is needed again.
        Notice.objects.filter(pk=notice.pk, state=State.CANCELLED).update(
            state=State.PLANNED, reason="", ended_at=None
        )


def next_morning(now: datetime) -> datetime:
    """Return the next 06:00 UTC."""
    today = now.astimezone(UTC).replace(hour=DAILY_HOUR_UTC, minute=0, second=0, microsecond=0)
    return today if today > now else today + timedelta(days=1)


def call_off(programme: Programme, now: datetime) -> None:
    """Cancel what is planned if nothing waits any more."""
    if not waiting_in(programme):
        Notice.objects.filter(programme=programme, state=State.PLANNED).update(
            state=State.CANCELLED, ended_at=now
        )


def waiting_in(programme: Programme) -> list[Approval]:
    """Return the versions that wait for a decision."""
    waiting = Approval.objects.waiting().filter(message__programme=programme)
    return list(waiting.select_related("message", "asked_by"))


def send_notices(clock: Clock, relay: Relay) -> None:
    """Send the notices that are due."""
    ready = Notice.objects.filter(
        Q(next_try_at__isnull=True) | Q(next_try_at__lte=clock()),
        state=State.PLANNED,
        due_at__lte=clock(),
    )
    if relay_state.may_try(clock()):
        claim = ledger.claim(ready.order_by("due_at"), settings.SEND_BATCH, clock())
        if claim:
            send_claimed(claim, clock, relay)


def send_claimed(claim: Claim, clock: Clock, relay: Relay) -> None:
    """Send one batch of notices; what could not begin is given back."""
    try:
        for notice in Notice.objects.filter(fence=claim.fence).select_related("user", "programme"):
            send_notice(claim, notice, clock, relay)
    except RelayDown as down:
        relay_state.failed(down, clock())
    finally:
        ledger.release(claim)


def send_notice(claim: Claim, notice: Notice, clock: Clock, relay: Relay) -> None:
    """Send one notice, or end it if nothing waits any more."""
    waiting = waiting_in(notice.programme)
    if not waiting:
        ledger.end(claim, notice, State.CANCELLED, Reason.DECIDED, clock())
        return
    notice.address, notice.language = notice.user.email, notice.user.language
    notice.message_id = notice.message_id or f"<notice.{notice.pk}@{HOST}>"
    notice.save(update_fields=["message_id"])
    try:
        mail = build(notice_letter(notice, [str(each.message) for each in waiting], clock()))
    except Exception as error:
        log.exception("Notice %s cannot be made", notice.pk)
        result = Result(Outcome.FAILED, type(error).__name__)
    else:
        result = relay.send(
            SENDER_ADDRESS, notice.address, mail, lambda: ledger.begin(claim, notice, clock())
        )
    ledger.settle(claim, notice, result, clock())


def notice_letter(notice: Notice, titles: list[str], now: datetime) -> Letter:
    """Return the mail of a notice."""
    programme, user = notice.programme, notice.user
    address = f"{settings.PUBLIC_URL}/p/{programme.slug}/overview/#decisions"
    filled = render_notice(programme, user.language, titles, address)
    return Letter(
        message_id=notice.message_id,
        date=now,
        sender_name=programme.name,
        sender_address=SENDER_ADDRESS,
        recipient_name=str(user),
        recipient_address=notice.address,
        language=language_tag(user.language),
        subject=filled.subject,
        text=filled.text,
        html=filled.html,
        headers={"X-OneLift-Notice": str(notice.pk)},
        images={"logo": logo_of(programme)} if programme.logo else {},
    )
