"""Taking a decision of the last minutes back, as if it had not been made."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from communications.approvals.services.approval import check_sender, follow
from communications.approvals.services.deciding import check_own_and_fresh, hold, open_again
from communications.dispatches.models import Delivery
from communications.dispatches.sources import source_of
from communications.messages.models import Approval
from communications.messages.models.version import AnyVersion, Version
from communications.messages.queries.channel_text import own_texts
from communications.messages.services.refusal import RefusedError
from programmes.services.publishing import take_approval_back
from stakeholders.models import User


@transaction.atomic
def undo_decision(approval: Approval, user: User, now: datetime) -> Approval:
    """Take a decision of the last minutes back, as if it had not been made.

    Raises:
        RefusedError: too late, something was sent already, another version waits, or the one
            before it is in the name of somebody who agrees no longer.
    """
    check_own_and_fresh(approval, user, now)
    before = stood_before(approval, approval.message.approvals.all())
    if before and approval.state == Approval.State.APPROVED:
        check_sender(before)
    hold(approval, approval.message_id)
    check_undoable(approval, user, now)
    decided = approval.state
    if decided == Approval.State.APPROVED:
        undo_texts(approval, now)
    open_again(approval, user, now)
    if before and decided == Approval.State.APPROVED:
        Approval.objects.filter(pk=before.pk).update(state=Approval.State.APPROVED)
        follow(before, now)
    return approval


def undo_texts(approval: Approval, now: datetime) -> None:
    """Put the texts back in review that this version had approved first."""
    given = approval.message.approvals.once_given().filter(version__lt=approval.version)
    before = given.order_by("-version").first()
    kept = before.frozen.languages if before else {}
    take_approval_back(approval.message, approval.frozen.languages, kept, now)
    for text in own_texts(approval.message):
        decided, earlier = (_texts_of(one, text.form) for one in (approval, before))
        take_approval_back(text, decided, earlier, now)
    source_of(approval.message).undone(approval, before, now)


def _texts_of(version: Approval | None, form: str) -> Mapping[str, Mapping[str, str]]:
    """Return the texts of one form that a version froze, by language."""
    found = version.frozen.forms.get(form) if version else None
    return found.texts if found else {}


def stood_before(version: AnyVersion, versions: QuerySet[AnyVersion]) -> AnyVersion | None:
    """Return which of the versions this one replaced; None if the last one was withdrawn."""
    decided = versions.filter(decided_at__isnull=False)
    earlier = decided.filter(version__lt=version.version)
    last = earlier.exclude(state=Version.State.REFUSED).order_by("-version").first()
    return last if last and last.state == Version.State.REPLACED else None


def check_undoable(approval: Approval, user: User, now: datetime) -> None:
    """Raise RefusedError unless a decision by the user, or in their name, can be taken back."""
    check_own_and_fresh(approval, user, now)
    if approval.message.approvals.waiting().exists():
        raise RefusedError(_("A newer version is in review. Decide on that one."))
    if Delivery.objects.filter(approval=approval).exists():
        raise RefusedError(_("Emails have already been sent. Withdraw the approval instead."))
