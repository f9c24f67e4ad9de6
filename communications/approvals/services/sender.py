"""Who may sign messages: adding to the list, agreeing, declining, revoking, removing."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from communications.approvals.models import Notice
from communications.approvals.services.approval import withdraw
from communications.approvals.services.notice import plan_notices
from communications.dispatches.models import Delivery
from communications.dispatches.queries.plans import places_of, plan_on
from communications.dispatches.queries.slots import planned_at
from communications.mailroom.models.ledger import OPEN
from communications.messages.models import Approval, Sender
from communications.messages.queries.sender import former_named, person_named, signers_of
from communications.messages.services.refusal import RefusedError
from programmes.models import Programme
from programmes.scope import Scope
from programmes.services.trail import write_change
from stakeholders.accounts.queries.role import holders
from stakeholders.models import Role, User


@transaction.atomic
def add_sender(
    programme: Programme, name: str, person: User | None, user: User, now: datetime
) -> Sender:
    """Put a role on the list, or a person, who is asked by mail for their consent.

    What was removed under the name comes back; a role of that name becomes the person's.

    Raises:
        RefusedError: it is on the list, a role has a person's name, or a person's name is not in
            what is printed.
    """
    name = " ".join(name.split())
    _check_name(programme, name, person)
    found = Sender.objects.select_for_update().filter(programme=programme, name__iexact=name)
    row = found.first() or Sender(programme=programme, name=name)
    is_other = row.user_id != (person.pk if person else None)
    if row.pk and not row.removed_at and (person is None or not is_other):
        raise RefusedError(_("“%(name)s” is on the list already.") % {"name": name})
    row.revoked_at = None if is_other else row.revoked_at
    row.declined_at = None
    row.user, row.removed_at, row.agreed_at = person, None, None
    row.person_name = person.get_full_name() if person else ""
    row.asked_by, row.asked_at = user, now
    row.save()
    told = {"name": name, "person": str(person) if person else ""}
    write_change(row, {}, told, user, now)
    if person:
        asked = User.objects.filter(pk=person.pk, is_active=True)
        plan_notices(asked, programme, Notice.Kind.SIGN, now)
    return row


def _check_name(programme: Programme, name: str, person: User | None) -> None:
    """Raise RefusedError if a role has somebody's name, or a person another one's."""
    named = person_named(name, signers_of(programme))
    if person is None and (former := former_named(programme, name)):
        sentence = _("“%(name)s” is the name of a person who is no longer here. Choose another.")
        raise RefusedError(sentence % {"name": former})
    if person is None and named:
        sentence = _("“%(name)s” is a person. Choose them as the person, so that they are asked.")
        raise RefusedError(sentence % {"name": named})
    if person and named != person:
        sentence = _("The name as printed must contain “%(name)s”.")
        raise RefusedError(sentence % {"name": person})


@transaction.atomic
def consent(sender: Sender, user: User, now: datetime) -> Sender:
    """Agree that messages go out under one's own name; twice changes nothing.

    Raises:
        RefusedError: it is somebody else's name, or it was removed.
    """
    sender = _own(sender, user)
    if sender.removed_at:
        raise RefusedError(_("“%(name)s” is no longer a sender.") % {"name": sender})
    if not sender.has_agreed:
        sender.agreed_at, sender.declined_at = now, None
        sender.save(update_fields=["agreed_at", "declined_at"])
        write_change(sender, {"state": ""}, {"state": "agreed"}, user, now)
    return sender


@transaction.atomic
def revoke(sender: Sender, user: User, now: datetime) -> int:
    """Agree no longer; return how many approved messages are withdrawn, whose managers are told.

    What waits for a decision is refused when somebody approves it.

    Raises:
        RefusedError: it is somebody else's name.
    """
    sender = _own(sender, user)
    if not sender.has_agreed:
        return 0
    sender.agreed_at, sender.revoked_at = None, now
    sender.save(update_fields=["agreed_at", "revoked_at"])
    write_change(sender, {"state": "agreed"}, {"state": "revoked"}, user, now)
    stopped = _stop(sender, user, now)
    _tell_managers(sender, now)
    return stopped


@transaction.atomic
def decline(sender: Sender, user: User, now: datetime) -> Sender:
    """Not agree to a request; twice changes nothing.

    What was approved while the name was a role's is withdrawn.

    Raises:
        RefusedError: it is somebody else's name, or they have agreed: that is revoked instead.
    """
    sender = _own(sender, user)
    if sender.has_agreed:
        raise RefusedError(_("You have agreed already. Revoke your consent instead."))
    if not (sender.is_declined or sender.is_revoked):
        sender.declined_at = now
        sender.save(update_fields=["declined_at"])
        write_change(sender, {"state": "asked"}, {"state": "declined"}, user, now)
        _stop(sender, user, now)
    return sender


def _own(sender: Sender, user: User) -> Sender:
    row = Sender.objects.select_for_update(of=("self",)).get(pk=sender.pk)
    if not row.signs(user):
        raise RefusedError(_("Only the person can agree to be named."))
    return row


@transaction.atomic
def remove_sender(sender: Sender, user: User, now: datetime) -> Sender:
    """Remove a name from the list: drafts that name it are refused; what is approved goes on."""
    row = Sender.objects.select_for_update(of=("self",)).get(pk=sender.pk)
    if row.removed_at is None:
        row.removed_at = now
        row.save(update_fields=["removed_at"])
        write_change(row, {"name": row.name}, {}, user, now)
    return row


@transaction.atomic
def restore_sender(sender: Sender, user: User, now: datetime) -> Sender:
    """Put a name back on the list, with the consent that it had."""
    row = Sender.objects.select_for_update(of=("self",)).get(pk=sender.pk)
    if row.removed_at is not None:
        row.removed_at = None
        row.save(update_fields=["removed_at"])
        write_change(row, {}, {"name": row.name}, user, now)
    return row


def _stop(sender: Sender, user: User, now: datetime) -> int:
    """Withdraw what was approved under a name and is not yet sent; return how many."""
    reason = _("%(name)s no longer agrees to be named as sender.")
    if sender.is_declined:
        reason = _("%(name)s does not agree to be named as sender.")
    found = to_be_sent(standing_under(sender), now)
    for version in found:
        withdraw(version, user, reason % {"name": sender}, now)
    return len(found)


def _tell_managers(sender: Sender, now: datetime) -> None:
    for manager in holders(sender.programme, Role.Kind.PROGRAMME_MANAGER):
        text = {"name": sender.name}
        Notice.objects.get_or_create(
            user=manager,
            programme=sender.programme,
            kind=Notice.Kind.REVOKE,
            due_at=now,
            defaults={"text": text},
        )


def standing_under(sender: Sender) -> list[Approval]:
    """Return the approved versions that name a sender."""
    standing = Approval.objects.standing().filter(message__programme=sender.programme)
    found = standing.select_related("message__programme")
    return [one for one in found if one.frozen.sender.casefold() == sender.name.casefold()]


def to_be_sent(versions: Iterable[Approval], now: datetime) -> list[Approval]:
    """Keep the versions of which an email is on its way or still to come at some site."""
    return [one for one in versions if _is_open(one) or _is_to_come(one, now)]


def _is_open(version: Approval) -> bool:
    rows = Delivery.objects.filter(dispatch__message=version.message_id, state__in=OPEN)
    return rows.exists()


def _is_to_come(version: Approval, now: datetime) -> bool:
    programme = version.message.programme_id
    places = places_of(Scope(programme=programme, regions=None, streams=None, languages=None))
    slots = planned_at([plan_on(version.message, version.frozen.rule, version)], places)
    return any(slot.latest > now for slot in slots)
