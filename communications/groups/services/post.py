"""What somebody says of a post: that it was posted by hand, or what became of one in doubt."""

from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from communications.dispatches.models import Post
from communications.dispatches.services.in_doubt import confirm, note, try_again
from communications.dispatches.services.waking import wake_posters
from communications.groups.queries.post import tasks, text_of
from communications.mailroom.services.replanning import done_by_hand, undone_by_hand
from communications.messages.models import Approval, Channel
from communications.messages.models.act import Act
from communications.messages.rendering import GroupText
from communications.messages.services.refusal import RefusedError
from stakeholders.models import User

NOT_WAITING = _("This post is no longer open. Someone may have marked it as posted.")
# By this hour (UTC) it is the same day almost everywhere.
MIDDAY = time(12)


@transaction.atomic
def tick_off(post: Post, on: date, place: str, user: User, now: datetime) -> Post:
    """Write down on which day and where somebody has posted it by hand.

    Raises:
        RefusedError: it does not wait any more, or no approval stands.
    """
    approval, text = version_to_post(post, now)
    values = {"approval": approval, "language": text.language, "place": place}
    if not done_by_hand(post, instant_of(on, now), **values):
        raise RefusedError(NOT_WAITING)
    note(post, Act.BY_HAND, user, now)
    post.refresh_from_db()
    return post


@transaction.atomic
def untick(post: Post, user: User, now: datetime) -> bool:
    """Let a post wait again that somebody ticked off by mistake; False if nobody had."""
    if post.channel.kind != Channel.Kind.BY_HAND:
        return False
    if not undone_by_hand(post, approval=None, language="", place=""):
        return False
    note(post, Act.NOT_POSTED, user, now)
    return True


def version_to_post(post: Post, now: datetime) -> tuple[Approval, GroupText]:
    """Return the version that somebody is to post by hand now, and what it says there.

    Raises:
        RefusedError: it does not wait any more, or no approval stands.
    """
    approval = Approval.objects.standing().filter(message=post.dispatch.message_id).first()
    text = text_of(post, approval) if approval else None
    if approval is None or text is None:
        raise RefusedError(
            _("The approval was withdrawn. Do not post it, or take it down if you have.")
        )
    if not tasks(now).filter(pk=post.pk).exists():
        raise RefusedError(NOT_WAITING)
    return approval, text


def instant_of(on: date, now: datetime) -> datetime:
    """Return an instant (UTC) on a day: the middle of it, or now if that is to come."""
    return min(now, datetime.combine(on, MIDDAY, UTC))


def confirm_posted(post: Post, user: User, now: datetime) -> bool:
    """Call a post in doubt sent, on somebody's word; False if it is not in doubt."""
    return confirm(post, Act.POSTED, user, now)


def post_again(post: Post, user: User, now: datetime) -> bool:
    """Plan a post in doubt again, for a day: it may stand there twice. False if not in doubt."""
    latest_at = max(post.latest_at, now + timedelta(days=1))
    return try_again(post, Act.POST_AGAIN, user, now, wake_posters, latest_at=latest_at)
