"""Posting what is ready on the channels of groups, in a job of its own, so that no mail waits.

One post a time, each under the ledger's rules: a post whose body has begun to leave and that got
no answer is in doubt, and never posted again by itself.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from communications.dispatches.models import Dispatch, Post
from communications.dispatches.models.reason import NotSent
from communications.dispatches.services.batch import is_still_to_leave
from communications.groups.channels.group import Announcement, announce
from communications.groups.queries.post import text_of
from communications.groups.services import channel_state
from communications.mailroom.channels import Outcome, Result
from communications.mailroom.channels.keyed import numbered
from communications.mailroom.models import State
from communications.mailroom.services import ledger, watermark
from communications.mailroom.services.kind import Clock, PostingKind, Round, register
from communications.mailroom.services.ledger import Claim
from communications.mailroom.services.outbox import ROUND, send_ready
from communications.messages.models import Approval, Channel
from communications.messages.rendering import GroupText, language_tag
from communications.messages.rendering.group import me_url
from programmes.database.wake import is_stopping
from programmes.models import Programme

log = logging.getLogger(__name__)

# Tries of one post, with pauses from two minutes to two hours: about a working day in all.
MOST_TRIES = 10


class Posts(PostingKind[Post, "PostBatch"]):
    """What is told on the channels of groups, one post of one channel at a time."""

    model = Post

    def ready(self, now: datetime) -> QuerySet[Post]:
        """Return the posts that may leave now, the longest due first."""
        rows = Post.objects.to_be_sent().filter(
            latest_at__gte=now, channel__is_active=True, dispatch__in=Dispatch.objects.running()
        )
        return ledger.due(rows, now).order_by("due_at", "pk")

    def claim(self, now: datetime) -> Claim | None:
        """Claim the next post of a channel whose turn it is."""
        waiting = Channel.objects.filter(posts__in=self.ready(now)).only("pk", "kind")
        # Whoever takes a turn lets the channel rest, so that the next look finds another.
        while channel := channel_state.free(waiting, now).order_by("pk").first():
            if not channel_state.take_turn(channel, now):
                continue
            if claim := ledger.claim(self.ready(now).filter(channel=channel), 1, now):
                return claim
        return None

    def read(self, claim: Claim, now: datetime) -> "PostBatch | None":
        """Read the post of a claim; None, and it is left as it is, without an approval."""
        related = ("channel", "dispatch__message__programme")
        post = Post.objects.select_related(*related).filter(fence=claim.fence).first()
        if post is None:
            return None
        approval = Approval.objects.standing().filter(message=post.dispatch.message_id).first()
        return PostBatch(post, approval, text_of(post, approval)) if approval else None


POSTS = register(Posts())


class PostBatch(NamedTuple):
    """One post, the version that it tells, and its text; without one the channel is not meant."""

    post: Post
    approval: Approval
    text: GroupText | None


class PostTransport:
    """Calls to the services of channels; each channel has a state and a pace of its own."""

    def may_try(self, now: datetime) -> bool:
        """Tell whether anything may leave; a channel that rests is left out of what is claimed."""
        return True

    def send(self, claim: Claim, batch: PostBatch, turn: Round) -> int:
        """Post one row, or end it with its reason."""
        post, approval, text = batch
        if text is None:
            ledger.end(claim, post, State.CANCELLED, NotSent.NOT_MEANT, turn.clock())
            return 1
        post.approval, post.language = approval, text.language
        post.message_id = post.message_id or key_of(post)

        def may_begin() -> bool:
            may_leave = is_still_to_leave(post.dispatch_id, approval)
            return may_leave and ledger.begin(claim, post, turn.clock())

        settle(claim, post, posted(post, text, may_begin), turn.clock())
        return 1


def send_posts(clock: Clock, is_to_end: Callable[[], bool] = is_stopping) -> int:
    """Post until nothing is ready, half a minute is over or it is to end; return how many tries.

    ``clock`` gives the current instant (UTC).
    """
    if not watermark.may_send(clock()):
        return 0
    return send_ready([POSTS], PostTransport(), Round(clock, clock() + ROUND, is_to_end))


def key_of(post: Post) -> str:
    """Return the key of a post: its number behind a tag that nobody can guess."""
    return numbered("post", post.pk)


def posted(post: Post, text: GroupText, may_begin: Callable[[], bool]) -> Result:
    """Post a text and say what became of it; what a feed shows is published by its row."""
    channel = post.channel
    if channel.kind == Channel.Kind.FEED:
        return Result(Outcome.SENT if may_begin() else Outcome.ABANDONED, "")
    if channel.is_lost:
        return Result(
            Outcome.RETRY, _("The channel’s address cannot be read: the portal’s key has changed.")
        )
    said = announcement(post, text)
    try:
        return announce(channel.kind, channel.address or "", channel.secret or "", said, may_begin)
    except Exception as error:
        log.exception("Post %s cannot be created", post.pk)
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
