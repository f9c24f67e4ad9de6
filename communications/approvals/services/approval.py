"""Asking for a decision, deciding, taking back. A decision binds to one content."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from communications.approvals.services.notice import announce, call_off
from communications.dispatches.models import Delivery, Dispatch
from communications.dispatches.models.dispatch import DeliveryQuerySet
from communications.dispatches.sources import source_of
from communications.groups.services.groups import reasons_against, targets_of
from communications.groups.services.post_planning import follow_posts, withdraw_posts
from communications.mailroom.models import Reason, State
from communications.mailroom.services.replanning import cancel, revive, stop, take_back
from communications.messages.models import Approval, Message
from communications.messages.models.content import DAYS_BEFORE, VALUES, Content
from communications.messages.services.refusal import RefusedError
from programmes.models import Region, TextState
from programmes.queries.texts import READY, TextStatus, states_of, writers_of
from programmes.services.texts import mark
from stakeholders.models import User

FIELDS = ("subject", "body")
OPEN = (Approval.State.WAITING, Approval.State.APPROVED)


def content_of(message: Message) -> Content:
    """Return what an approval freezes: all that decides what is sent, to whom and when.

    Only texts that are in review or approved, and not out of date, are part of it; readers of other
    languages get the nearest of these.
    """
    statuses = states_of(message, FIELDS, message.programme.languages)
    return replace(
        Content.of_draft(message, message.audience.rule()),
        languages={code: s.text for code, s in statuses.items() if is_ready(s)},
        more=source_of(message).content(message),
        channels=targets_of(message),
    )


def is_ready(status: TextStatus) -> bool:
    """Tell whether a text may be shown for approval."""
    return status.state in READY


def follow_day(message: Message) -> None:
    """Let versions that wait or stand have the day of a message that follows something else.

    How many days before it is stays as it was approved; the day itself is a value, as a go-live is.
    """
    moved = {name: getattr(message, name) for name in VALUES}
    for version in message.approvals.filter(state__in=OPEN):
        days = source_of(message).content(message).get(DAYS_BEFORE)
        frozen = version.frozen
        if days is not None and frozen.more.get(DAYS_BEFORE) == days:
            dated = replace(frozen, schedule=replace(frozen.schedule, **moved))
            version.content = dated.to_json()
            version.save(update_fields=["content"])


@transaction.atomic
def ask(message: Message, user: User, now: datetime) -> Approval:
    """Freeze the message as it is and let it wait for a decision; return the version.

    Who asks at the same moment comes second, and learns that nothing has changed.

    Raises:
        RefusedError: the English text is not ready, the content is not fit for one of its
            channels, or exactly this waits or stands already.
    """
    message = Message.objects.select_for_update().get(pk=message.pk)
    content = content_of(message)
    check_askable(message, content)
    message.approvals.waiting().update(state=Approval.State.REPLACED)
    last = message.approvals.aggregate(last=Max("version"))["last"] or 0
    approval = Approval.objects.create(
        message=message,
        version=last + 1,
        content=content.to_json(),
        fingerprint=content.fingerprint,
        asked_by=user,
        asked_at=now,
        writers=writers_of(source_of(message).written(message)),
    )
    people = message.audience.people()
    approval.regions.set(Region.objects.filter(sites__people__in=people).distinct())
    announce(message.programme, now)
    return approval


def check_askable(message: Message, content: Content) -> None:
    """Raise RefusedError unless there is something new to decide."""
    if "en" not in content.languages:
        raise RefusedError(_("Set the English text to “ready for review” first."))
    if reason := next(reasons_against(message, content), None):
        raise RefusedError(reason)
    same = message.approvals.filter(fingerprint=content.fingerprint, state__in=OPEN).first()
    if same:
        raise RefusedError(
            _("Nothing has changed since version %(version)s.") % {"version": same.version}
        )


@transaction.atomic
def approve(approval: Approval, user: User, fingerprint: str, now: datetime) -> Approval:
    """Let exactly this content be sent, in place of the version that stood before.

    Raises:
        RefusedError: the user wrote or asked for it, it shows another content, or it is decided.
    """
    check_decidable(approval, user, fingerprint)
    standing = approval.message.approvals.standing()
    standing.update(state=Approval.State.REPLACED)
    decide(approval, Approval.State.APPROVED, user, "", now)
    statuses = states_of(approval.message, FIELDS, approval.frozen.languages)
    for language, text in approval.frozen.languages.items():
        if statuses[language].text == text:
            mark(approval.message, language, TextState.State.APPROVED, user, now)
    source_of(approval.message).approved(approval, user, now)
    follow(approval, now)
    call_off(approval.message.programme, now)
    return approval


def follow(approval: Approval, now: datetime) -> None:
    """Let rows of an earlier version follow this one: audience, channels, and quiet minutes.

    What a sender has claimed and not begun is taken out of its hands.
    """
    quiet_until = now + timedelta(minutes=settings.SEND_QUIET_MINUTES)
    rows = ledger_of(approval)
    people = source_of(approval.message).people(approval.message, approval.frozen.rule)
    take_back(rows, now)
    called_off = rows.filter(reason__in=[Reason.WITHDRAWN, Reason.NOT_MEANT], person__in=people)
    revive(called_off, due_at=quiet_until)
    cancel(rows.exclude(person__in=people), Reason.NOT_MEANT, now)
    rows.filter(state=State.PLANNED, due_at__lt=quiet_until).update(due_at=quiet_until)
    follow_posts(approval, quiet_until, now)


@transaction.atomic
def refuse(approval: Approval, user: User, reason: str, now: datetime) -> Approval:
    """Send the version back with a reason.

    Raises:
        RefusedError: it is decided already, or the user wrote it.
    """
    check_decidable(approval, user, approval.fingerprint)
    decide(approval, Approval.State.REFUSED, user, reason, now)
    call_off(approval.message.programme, now)
    return approval


def check_decidable(approval: Approval, user: User, fingerprint: str) -> None:
    """Raise RefusedError unless this user may decide on this content."""
    if user.pk in approval.authors:
        raise RefusedError(_("You wrote this message. Somebody else must approve it."))
    if approval.fingerprint != fingerprint or approval.is_outdated:
        raise RefusedError(_("The message has changed since you opened it. Read the new version."))
    if approval.state != Approval.State.WAITING:
        raise RefusedError(_("This version has been decided already."))


def decide(approval: Approval, state: str, user: User, reason: str, now: datetime) -> None:
    """Write a decision, unless somebody was faster."""
    written = Approval.objects.filter(pk=approval.pk, state=Approval.State.WAITING).update(
        state=state, decided_by=user, decided_at=now, reason=reason
    )
    if not written:
        raise RefusedError(_("This version has been decided already."))
    approval.refresh_from_db()


@transaction.atomic
def withdraw(approval: Approval, user: User, reason: str, now: datetime) -> int:
    """Stop the sending of an approved version; return how many waiting mails are cancelled.

    Raises:
        RefusedError: it does not stand.
    """
    written = Approval.objects.filter(pk=approval.pk, state=Approval.State.APPROVED).update(
        state=Approval.State.WITHDRAWN, decided_by=user, decided_at=now, reason=reason
    )
    if not written:
        raise RefusedError(_("This version is not approved."))
    withdraw_posts(approval, now)
    return stop(ledger_of(approval), Reason.WITHDRAWN, now)


def ledger_of(approval: Approval) -> DeliveryQuerySet:
    """Return the rows of the approved message.

    Without a join: in an update the database would judge states before it waits for a row whose
    body begins.
    """
    dispatches = Dispatch.objects.filter(message=approval.message_id)
    return Delivery.objects.filter(dispatch__in=dispatches)


@transaction.atomic
def undo_decision(approval: Approval, user: User, now: datetime) -> Approval:
    """Take a decision of the last minutes back, as if it had not been made.

    Raises:
        RefusedError: too late, something was sent already, or another version waits.
    """
    check_undoable(approval, user, now)
    before = stood_before(approval)
    Approval.objects.filter(pk=approval.pk).update(
        state=Approval.State.WAITING, decided_by=None, decided_at=None, reason=""
    )
    if before and approval.state == Approval.State.APPROVED:
        Approval.objects.filter(pk=before.pk).update(state=Approval.State.APPROVED)
        follow(before, now)
    approval.refresh_from_db()
    return approval


def stood_before(approval: Approval) -> Approval | None:
    """Return the version that this one replaced; None if the one before it was withdrawn."""
    earlier = approval.message.approvals.filter(
        version__lt=approval.version, decided_at__isnull=False
    )
    last = earlier.exclude(state=Approval.State.REFUSED).order_by("-version").first()
    return last if last and last.state == Approval.State.REPLACED else None


def check_undoable(approval: Approval, user: User, now: datetime) -> None:
    """Raise RefusedError unless the user's own decision can still be taken back."""
    undoable = (Approval.State.APPROVED, Approval.State.REFUSED)
    quiet = timedelta(minutes=settings.SEND_QUIET_MINUTES)
    if approval.state not in undoable or approval.decided_by_id != user.pk:
        raise RefusedError(_("Only your own decision can be taken back."))
    if approval.decided_at is None or now > approval.decided_at + quiet:
        raise RefusedError(_("It is too late to take this back. Withdraw the approval instead."))
    if approval.message.approvals.waiting().exists():
        raise RefusedError(_("A newer version waits. Decide on that one."))
    if Delivery.objects.filter(approval=approval).exists():
        raise RefusedError(_("Mails have left already. Withdraw the approval instead."))
