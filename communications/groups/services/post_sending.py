"""Posting what is ready on the channels of groups, in a job of its own, so that no mail waits.

One post a time, each under the ledger's rules: a post whose body has begun to leave and that got
no answer is in doubt, and never posted again by itself.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from communications.dispatches.models import Dispatch, Post
from communications.groups.channels.group import Announcement, announce
from communications.groups.queries.post import text_of
from communications.groups.services import channel_state
from communications.mailroom.channels import Outcome, Result
from communications.mailroom.channels.keyed import numbered
from communications.mailroom.models import Reason, State
from communications.mailroom.services import ledger, watermark
from communications.mailroom.services.ledger import Claim
from communications.messages.models import Approval, Channel
from communications.messages.rendering import GroupText, language_tag
from communications.messages.rendering.group import me_url
from programmes.database.wake import is_stopping
from programmes.models import Programme

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
ROUND = timedelta(seconds=25)
# Tries of one post, with pauses from two minutes to two hours: about a working day in all.
MOST_TRIES = 10


def ready_posts(now: datetime) -> QuerySet[Post]:
    """Return the posts that may leave now, the longest due first."""
    return (
        Post.objects.to_be_sent()
        .filter(
            Q(next_try_at__isnull=True) | Q(next_try_at__lte=now),
            state=State.PLANNED,
            due_at__lte=now,
            latest_at__gte=now,
            channel__is_active=True,
            dispatch__in=Dispatch.objects.running(),
        )
        .order_by("due_at", "pk")
    )


def send_posts(clock: Clock) -> int:
    """Post until nothing is ready or half a minute is over; return how many were tried.

    ``clock`` gives the current instant (UTC). What is ready then is another round's.
    """
    until, tries = clock() + ROUND, 0
    if not watermark.may_send(clock()):
        return 0
    while clock() <= until and not is_stopping() and (claim := claim_one(clock())):
        send_claimed(claim, clock)
        tries += 1
    return tries


def claim_one(now: datetime) -> Claim | None:
    """Claim the next post of a channel whose turn it is."""
    waiting = Channel.objects.filter(posts__in=ready_posts(now)).only("pk", "kind")
    # Whoever takes a turn lets the channel rest, so that the next look finds another.
    while channel := channel_state.free(waiting, now).order_by("pk").first():
        if not channel_state.take_turn(channel, now):
            continue
        if claim := ledger.claim(ready_posts(now).filter(channel=channel), 1, now):
            return claim
    return None


def send_claimed(claim: Claim, clock: Clock) -> None:
    """Post one claimed row; if it could not begin, it is given back."""
    try:
        for post in Post.objects.filter(fence=claim.fence).select_related(
            "channel", "dispatch__message__programme"
        ):
            send_post(claim, post, clock)
    finally:
        ledger.release(claim)


def send_post(claim: Claim, post: Post, clock: Clock) -> None:
    """Post one row, or end it with its reason; without an approval it is left as it is."""
    approval = Approval.objects.standing().filter(message=post.dispatch.message_id).first()
    if approval is None:
        return
    text = text_of(post, approval)
    if text is None:
        ledger.end(claim, post, State.CANCELLED, Reason.NOT_MEANT, clock())
        return
    note_version(claim, post, approval, text.language)

    def may_begin() -> bool:
        return may_still_leave(post, approval) and ledger.begin(claim, post, clock())

    settle(claim, post, posted(post, text, may_begin), clock())


def note_version(claim: Claim, post: Post, approval: Approval, language: str) -> None:
    """Store before the first try what is posted, and the key that names the post for good."""
    post.approval, post.language = approval, language
    post.message_id = post.message_id or key_of(post)
    mine = claim.rows.filter(pk=post.pk, state=State.CLAIMED)
    mine.update(approval=approval, message_id=post.message_id)


def key_of(post: Post) -> str:
    """Return the key of a post: its number behind a tag that nobody can guess."""
    return numbered("post", post.pk)


def may_still_leave(post: Post, approval: Approval) -> bool:
    """Tell whether nobody has paused, cancelled, withdrawn or replaced it since the claim."""
    return Dispatch.objects.filter(
        pk=post.dispatch_id,
        paused_at__isnull=True,
        cancelled_at__isnull=True,
        message__approvals=approval,
        message__approvals__state=Approval.State.APPROVED,
    ).exists()


def posted(post: Post, text: GroupText, may_begin: Callable[[], bool]) -> Result:
    """Post a text and say what became of it; what a feed shows is published by its row."""
    channel = post.channel
    if channel.kind == Channel.Kind.FEED:
        return Result(Outcome.SENT if may_begin() else Outcome.ABANDONED, "")
    if channel.is_lost:
        return Result(Outcome.RETRY, _("Its address cannot be read: the portal’s key has changed."))
    said = announcement(post, text)
    try:
        return announce(channel.kind, channel.address or "", channel.secret or "", said, may_begin)
    except Exception as error:
        log.exception("Post %s cannot be made", post.pk)
        return Result(Outcome.RETRY, type(error).__name__)


def announcement(post: Post, text: GroupText) -> Announcement:
    return Announcement(
        title=text.title,
        text=text.text,
        url=more_url(post.dispatch.message.programme),
        language=language_tag(text.language),
        key=post.message_id,
    )


def more_url(programme: Programme) -> str:
    """Return where a group reads what changes for each of them; empty if it is not encrypted."""
    return me_url(programme) if settings.SERVED_SECURELY else ""


def settle(claim: Claim, post: Post, result: Result, now: datetime) -> None:
    """Write the outcome of one try, and what it says of the channel."""
    if result.outcome == Outcome.RETRY:
        channel_state.failed(post.channel, result.reply, now)
        if post.attempts + 1 >= MOST_TRIES:
            result = Result(Outcome.FAILED, result.reply)
    elif result.outcome == Outcome.SENT:
        channel_state.works(post.channel)
    ledger.settle(claim, post, result, now)
