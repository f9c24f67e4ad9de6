"""Asking for a decision, deciding, withdrawing. A decision binds to one content."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from communications.approvals.queries.authors import authors_of
from communications.approvals.services.deciding import (
    check_decidable,
    check_signer,
    decide,
    end_approval,
    hold,
    note,
)
from communications.approvals.services.notice import announce, call_off
from communications.dispatches.models import Delivery, Dispatch, NotSent
from communications.dispatches.models.dispatch import DeliveryQuerySet
from communications.dispatches.services.text_wait import look_again
from communications.dispatches.sources import source_of
from communications.groups.services.groups import reasons_against, targets_of
from communications.groups.services.post_planning import follow_posts, withdraw_posts
from communications.mailroom.models import State
from communications.mailroom.services.replanning import cancel, revive, stop, take_back
from communications.messages.models import Approval, Message, Sender
from communications.messages.models.content import DAYS_BEFORE, VALUES, Content
from communications.messages.queries.channel_text import forms_of, own_texts, statuses_by_form
from communications.messages.queries.review import EMAIL, unread_by_form, unread_in
from communications.messages.queries.sender import reason_against
from communications.messages.services.channel_text import approve_channel_texts
from communications.messages.services.refusal import RefusedError
from programmes.models import Region
from programmes.queries.texts import READY, SOURCE_LANGUAGE, TextStatus, states_of
from programmes.services.publishing import approve_text
from stakeholders.models import User

FIELDS = ("subject", "body")
OPEN = (Approval.State.WAITING, Approval.State.APPROVED)


def content_of(message: Message) -> Content:
    """Return what an approval freezes: all that decides what is sent, to whom and when.

    Only texts that are in review or approved, and not out of date, are part of it, and where the
    programme asks for that, only those that somebody has reviewed; readers of other languages get
    the nearest of these.
    """
    languages = message.programme.languages
    statuses = states_of(message, FIELDS, languages)
    texts = list(own_texts(message))
    forms = statuses_by_form(texts, languages)
    unread = unread_by_form(message, {EMAIL: statuses, **forms})
    read = {code: one for code, one in statuses.items() if code not in unread[EMAIL]}
    return replace(
        Content.of_draft(message, message.audience.rule()),
        languages={code: one.text for code, one in read.items() if is_ready(one)},
        more=source_of(message).content(message),
        channels=targets_of(message),
        forms=forms_of(texts, forms, unread),
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
        writers=sorted(authors_of(message)),
    )
    Message.objects.filter(pk=message.pk).update(editors=[])
    people = message.audience.people()
    approval.regions.set(Region.objects.filter(sites__people__in=people).distinct())
    note(approval, "", user, now)
    announce(message.programme, now)
    return approval


def check_askable(message: Message, content: Content) -> None:
    """Raise RefusedError unless there is something new to decide."""
    if SOURCE_LANGUAGE not in content.languages:
        raise RefusedError(_why_no_source(message))
    lacking = "" if content.purpose.strip() else _("Enter the purpose first.")
    lacking = lacking or reason_against(message.programme, content.sender)
    lacking = lacking or source_of(message).reason_against(message, content)
    if reason := lacking or next(reasons_against(message, content), None):
        raise RefusedError(reason)
    if same := message.approvals.filter(fingerprint=content.fingerprint, state__in=OPEN).first():
        raise RefusedError(
            _("Nothing has changed since version %(version)s.") % {"version": same.version}
        )


def _why_no_source(message: Message) -> str:
    statuses = states_of(message, FIELDS, [SOURCE_LANGUAGE])
    if unread_in(message, statuses):
        return _("No one has reviewed the English text. Ask someone to review it first.")
    return _("Mark the English text as ready for review first.")


@transaction.atomic
def approve(approval: Approval, user: User, fingerprint: str, now: datetime) -> Approval:
    """Let exactly this content be sent, in place of the version that stood before.

    Raises:
        RefusedError: the user wrote or asked for it, it shows another content, or it is decided.
    """
    check_approvable(approval, user, fingerprint)
    check_sender(approval)
    check_source(approval)
    hold(approval, approval.message_id)
    standing = approval.message.approvals.standing()
    standing.update(state=Approval.State.REPLACED)
    decide(approval, Approval.State.APPROVED, user, "", now)
    for language, text in approval.frozen.languages.items():
        approve_text(approval.message, language, text, user, now, fields=FIELDS)
    texts = list(own_texts(approval.message))
    approve_channel_texts(texts, approval.frozen.forms, user, now)
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
    look_again(rows)
    called_off = rows.filter(reason__in=[NotSent.WITHDRAWN, NotSent.NOT_MEANT], person__in=people)
    revive(called_off, due_at=quiet_until)
    cancel(rows.exclude(person__in=people), NotSent.NOT_MEANT, now)
    rows.filter(state=State.PLANNED, due_at__lt=quiet_until).update(due_at=quiet_until)
    follow_posts(approval, quiet_until, now)


@transaction.atomic
def approve_together(
    seen: Mapping[int, str], found: Iterable[Approval], user: User, now: datetime
) -> int:
    """Approve versions that are one decision, all or none; return how many.

    Args:
        seen: the fingerprint that was shown of each, by its id.
        found: the versions.
        user: who approves.
        now: the instant.

    Raises:
        RefusedError: as ``approve``, of any of them.
    """
    approved = [approve(each, user, seen.get(each.pk, ""), now) for each in found]
    return len(approved)


@transaction.atomic
def refuse(approval: Approval, user: User, reason: str, now: datetime) -> Approval:
    """Send the version back with a reason.

    Raises:
        RefusedError: it is decided already, or the user wrote it.
    """
    check_approvable(approval, user, approval.fingerprint)
    decide(approval, Approval.State.REFUSED, user, reason, now)
    call_off(approval.message.programme, now)
    return approval


def check_approvable(approval: Approval, user: User, fingerprint: str) -> None:
    """Raise RefusedError unless this user may decide on this content, sent in this name."""
    check_decidable(approval, user, fingerprint)
    check_signer(approval.message.programme_id, user, approval.frozen.sender)


def check_sender(approval: Approval) -> None:
    """Raise RefusedError if nothing may be sent under the name any more.

    Whoever revokes their consent at the same moment waits, and then finds what was approved.
    """
    name = approval.frozen.sender
    own = Sender.objects.filter(programme=approval.message.programme_id, name__iexact=name)
    own.select_for_update().first()
    if reason := reason_against(approval.message.programme, approval.frozen.sender):
        raise RefusedError(reason)


def check_source(approval: Approval) -> None:
    """Raise RefusedError if what the message belongs to may not be sent as things stand by now."""
    message = approval.message
    if reason := source_of(message).reason_against(message, approval.frozen):
        raise RefusedError(reason)


@transaction.atomic
def withdraw(approval: Approval, user: User, reason: str, now: datetime) -> int:
    """Stop the sending of an approved version; return how many waiting mails are cancelled.

    Raises:
        RefusedError: it does not stand.
    """
    end_approval(approval, user, reason, now)
    withdraw_posts(approval, now)
    return stop(ledger_of(approval), NotSent.WITHDRAWN, now)


def ledger_of(approval: Approval) -> DeliveryQuerySet:
    """Return the rows of the approved message.

    Without a join: in an update the database would judge states before it waits for a row whose
    body begins.
    """
    dispatches = Dispatch.objects.filter(message=approval.message_id)
    return Delivery.objects.filter(dispatch__in=dispatches)
