"""What holds for every version that waits: who may decide on it, once, and what the trail keeps."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from communications.messages.models import Message
from communications.messages.models.version import Version
from communications.messages.queries.sender import signing_cios
from communications.messages.services.refusal import RefusedError
from programmes.queries.decisions import is_fresh
from programmes.queries.trail import taken_from
from programmes.services.trail import write_change
from stakeholders.accounts.access import principal_of
from stakeholders.models import User

UNDECIDED = {"decided_by": None, "decided_at": None, "decided_for": None, "reason": ""}


def check_decidable(version: Version, user: User, fingerprint: str) -> None:
    """Raise RefusedError unless this user may decide on this content."""
    if user.pk in version.authors:
        raise RefusedError(_("You wrote this message, so someone else must approve it."))
    if version.fingerprint != fingerprint or version.is_outdated:
        raise RefusedError(_("The message has changed since you opened it. Read the new version."))
    if version.state != Version.State.WAITING:
        raise RefusedError(_("This version has already been decided on."))


def check_signer(programme: int, user: User, *senders: str) -> None:
    """Raise RefusedError where a CIO other than the user signs what is sent under some names."""
    signers = signing_cios(programme, *senders).values()
    if other := next((one for one in signers if one.pk != user.pk), None):
        sentence = _("This message is sent in the name of %(name)s, who alone can decide on it.")
        raise RefusedError(sentence % {"name": other})


def decide(version: Version, state: str, user: User, reason: str, now: datetime) -> None:
    """Write a decision, unless somebody was faster."""
    if not change(version, Version.State.WAITING, state, user, reason, now):
        raise RefusedError(_("This version has already been decided on."))


def end_approval(version: Version, user: User, reason: str, now: datetime) -> None:
    """Write that an approved version is withdrawn.

    Raises:
        RefusedError: it is not approved.
    """
    withdrawn = Version.State.WITHDRAWN
    if not change(version, Version.State.APPROVED, withdrawn, user, reason, now):
        raise RefusedError(_("This version is not approved."))


def change(
    version: Version, before: str, state: str, user: User, reason: str, now: datetime
) -> bool:
    """Write a step from one state to another and note it; False if somebody was faster."""
    written = of_its_kind(version, before).update(
        state=state,
        decided_by=user,
        decided_at=now,
        decided_for=principal_of(user, version.programme, now),
        reason=reason,
    )
    if written:
        version.refresh_from_db()
        note(version, before, user, now)
    return bool(written)


def note(version: Version, before: str, user: User, now: datetime, **taken: str) -> None:
    """Write into the trail what became of a version, on whose word, and what is ``taken`` back."""
    was = ({"state": str(before)} if before else {}) | taken
    state = {"state": str(version.state)}
    if version.decided_for:
        state["decided_for"] = str(version.decided_for)
    write_change(version, was, state, user, now, of=version.programme.pk, why=version.reason)


def check_own_and_fresh(version: Version, user: User, now: datetime) -> None:
    """Raise RefusedError unless it is a decision of the last minutes, by the user or for them."""
    undoable = (Version.State.APPROVED, Version.State.REFUSED)
    if version.state not in undoable or user.pk not in version.deciders:
        raise RefusedError(_("You can only undo your own decision."))
    if version.decided_at is None or not is_fresh(version.decided_at, now):
        raise RefusedError(_("It is too late to undo this. Withdraw the approval instead."))


def hold(version: Version, message: int) -> None:
    """Lock a message, by its id, until the transaction ends; read again how a version was decided.

    Whoever asks, decides or undoes at the same moment waits. Locks are taken in one order: the
    sender, the message, its adaptation.
    """
    Message.objects.select_for_update(no_key=True).get(pk=message)
    version.refresh_from_db(fields=["state", *UNDECIDED])


def open_again(version: Version, user: User, now: datetime) -> None:
    """Let a version wait as if nobody had decided on it, and note whose decision was undone."""
    taken = taken_from(version.decided_by, version.decided_for, user)
    before = version.state
    of_its_kind(version, before).update(state=Version.State.WAITING, **UNDECIDED)
    version.refresh_from_db()
    note(version, before, user, now, **taken)


def of_its_kind(version: Version, state: str) -> QuerySet[Version]:
    """Return the version in a state, to be changed if it still is in that."""
    found: QuerySet[Version] = type(version)._default_manager.filter(pk=version.pk, state=state)
    return found
