"""Planning the emails about needs: the answer to who reported one, and word to its owner."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from communications.approvals.services.notice import next_morning
from communications.dispatches.services.waking import wake_senders
from communications.mailroom.services.replanning import cancel, revive
from communications.models import NotSent, State
from feedback.needs.models import Need, NeedMail
from stakeholders.models import User

# So long an answer can be undone before it leaves.
GRACE = timedelta(minutes=5)


def tell_answer(need: Need, by: User, now: datetime) -> None:
    """Plan an email to each who reported this, or what was joined with it: once each.

    Nobody is told what they wrote themselves.
    """
    reporters = Need.objects.filter(Q(pk=need.pk) | Q(joined_to=need))
    reporters = reporters.exclude(address="", reported_by=None).exclude(reported_by=by)
    rows = [
        NeedMail(need=one, kind=NeedMail.Kind.ANSWER, user=one.reported_by, due_at=now + GRACE)
        for one in reporters.select_related("reported_by")
    ]
    NeedMail.objects.bulk_create(rows, ignore_conflicts=True)
    # One that was called off when the answer was taken back is needed again.
    revive(answers_of(need), due_at=now + GRACE)


def call_answer_off(need: Need, now: datetime) -> None:
    """Cancel the emails with an answer that was taken back."""
    cancel(answers_of(need), NotSent.DECIDED, now)


def has_left(need: Need) -> bool:
    """Tell whether an answer has left, or may have."""
    return answers_of(need).exclude(state__in=[State.PLANNED, State.CANCELLED]).exists()


def answers_of(need: Need) -> QuerySet[NeedMail]:
    """Return the emails with the answer of a need, to all who reported it."""
    found = NeedMail.objects.filter(kind=NeedMail.Kind.ANSWER)
    return found.filter(Q(need=need) | Q(need__joined_to=need))


def tell_owner(need: Need, owner: User, now: datetime) -> None:
    """Plan an email to a new owner, at once or with tomorrow's, but to those who want none."""
    if owner.approval_notice == User.Notice.NEVER:
        return
    due_at = now if owner.approval_notice == User.Notice.AT_ONCE else next_morning(now)
    row = {"need": need, "kind": NeedMail.Kind.OWNER, "user": owner}
    NeedMail.objects.get_or_create(**row, defaults={"due_at": due_at})
    revive(NeedMail.objects.filter(**row), due_at=due_at)
    wake_senders(1)


def call_owner_off(need: Need, owner: int | None, now: datetime) -> None:
    """Cancel the email to somebody (by id) who does not own a need any more."""
    rows = NeedMail.objects.filter(need=need, kind=NeedMail.Kind.OWNER, user=owner or 0)
    cancel(rows, NotSent.DECIDED, now)
