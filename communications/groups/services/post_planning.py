"""From what is due to posts on the channels of groups. Safe to run at any time, repeatedly.

A post is due once, at the first moment at which one of the sites that its channel reaches is.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from communications.dispatches.models import Dispatch, Post
from communications.dispatches.models.post import PostQuerySet
from communications.dispatches.models.reason import NotSent
from communications.dispatches.queries.slots import Pair, Slot, pairs_of, readable, slots_at
from communications.dispatches.services.planning import (
    MISSED_FOR,
    REVIVABLE,
    by_message,
    people_at,
    sites_of,
    start,
)
from communications.groups.channels.group import is_posted
from communications.groups.queries.post import SEALED
from communications.mailroom.models import Reason, State
from communications.mailroom.services.replanning import cancel, new_row, revive, stop, take_back
from communications.messages.models import Approval, Channel
from programmes.models import Site

Key = tuple[int, int]


@dataclass(frozen=True)
class Turn:
    """One channel of an approved message, with the slots of the sites that it reaches there."""

    channel: Channel
    slots: list[Slot]

    @property
    def key(self) -> Key:
        """Return the ids of message and channel."""
        return self.slots[0].approval.message_id, self.channel.pk

    def first(self, now: datetime) -> Slot:
        """Return the slot that comes first of those not missed yet, or the last one missed."""
        coming = [slot for slot in self.slots if not slot.is_missed(now)]
        if not coming:
            return max(self.slots, key=lambda slot: slot.latest)
        return min(coming, key=lambda slot: slot.ready_at)


def plan_posts(now: datetime) -> int:
    """Plan each post whose first moment has come, and move what waits; return how many are new."""
    named = Approval.objects.standing().filter(content__has_key="channels")
    approved = list(named.select_related("message"))
    standing = readable(approved)
    broken = {one.message_id for one in approved} - {one.message_id for one in standing}
    known, channels, pairs = known_posts(standing), channels_of(standing), pairs_of(standing)
    found = slots_at(pairs)
    turns = list(turns_of(found, channels, known, now))
    keys, no_day = {turn.key for turn in turns}, undated(pairs, found, channels)
    call_off_others(waiting_posts().exclude(dispatch__message__in=broken), keys, no_day, now)
    return sum(take_turn(turn, known.get(turn.key), now) for turn in turns)


def known_posts(standing: Sequence[Approval]) -> dict[Key, Post]:
    """Return the posts of approved messages by message and channel."""
    messages = [approval.message_id for approval in standing]
    found = Post.objects.filter(dispatch__message__in=messages).select_related("dispatch")
    return {(post.dispatch.message_id, post.channel_id): post for post in found}


def turns_of(
    dated: Sequence[Slot],
    channels: Mapping[int, Channel],
    known: Mapping[Key, Post],
    now: datetime,
) -> Iterator[Turn]:
    """Yield the channels that are still to be posted to, and whose message concerns their sites."""
    for found in by_message(dated):
        message, entries = found[0].approval.message_id, found[0].approval.frozen.channels
        ids = [one.id for one in entries if is_open(known.get((message, one.id)))]
        posts = [known[message, pk] for pk in ids if (message, pk) in known]
        if ids and (near := near_slots(found, posts, now)):
            peopled = set(people_at(near).order_by().values_list("site", flat=True).distinct())
            there = [slot for slot in near if slot.wave_site.site_id in peopled]
            yield from reached_by([channels[pk] for pk in ids if pk in channels], there)


def channels_of(standing: Sequence[Approval]) -> dict[int, Channel]:
    """Return the channels that some versions name, with their places, by id."""
    ids = {one.id for approval in standing for one in approval.frozen.channels}
    found = Channel.objects.filter(pk__in=ids).defer(*SEALED).prefetch_related("regions", "sites")
    return {channel.pk: channel for channel in found}


def undated(
    pairs: Sequence[Pair], dated: Sequence[Slot], channels: Mapping[int, Channel]
) -> set[Key]:
    """Return messages and channels that concern each other at a site whose day cannot be told."""
    told = {(slot.approval.pk, slot.wave_site.pk) for slot in dated}
    return {
        (plan.approval.message_id, one.id)
        for plan, place in pairs
        if (plan.approval.pk, place.pk) not in told
        for one in plan.approval.frozen.channels
        if one.id in channels and reaches(channels[one.id], place.site)
    }


def is_open(post: Post | None) -> bool:
    """Tell whether a post is still to come, waits, or may come again."""
    return post is None or post.state == State.PLANNED or is_revivable(post)


def is_revivable(post: Post) -> bool:
    """Tell whether a change of dates or of the audience may bring a cancelled post back."""
    return post.state == State.CANCELLED and post.reason in REVIVABLE


def near_slots(found: Sequence[Slot], posts: Collection[Post], now: datetime) -> list[Slot]:
    """Return the slots of one message by which something can be planned or moved now."""
    if any(post.state == State.PLANNED for post in posts):
        return list(found)
    near = [slot for slot in found if slot.latest >= now - MISSED_FOR]
    return near if any(slot.ready_at <= now for slot in near) else []


def reached_by(channels: Sequence[Channel], found: Sequence[Slot]) -> Iterator[Turn]:
    """Yield each channel with the slots of its sites; one that reaches none is left out."""
    for channel in channels:
        own = [slot for slot in found if reaches(channel, slot.wave_site.site)]
        if own:
            yield Turn(channel, own)


def reaches(channel: Channel, site: Site) -> bool:
    """Tell whether the people of a site read a channel."""
    return site in channel.sites.all() or site.region in channel.regions.all()


def take_turn(turn: Turn, post: Post | None, now: datetime) -> int:
    """Plan or move one post; return 1 if it is new."""
    if post is None:
        return plan_one(turn, now) if turn.first(now).ready_at <= now else 0
    if post.state == State.PLANNED:
        move(turn, post, now)
    else:
        take_up_again(turn, post, now)
    return 0


def moments_of(channel: Channel, slot: Slot, now: datetime) -> dict[str, datetime]:
    """Return when a post is due and when it is too late, instants (UTC), as things stand now.

    What the portal posts waits while the site rests; a feed and a task wait for who comes to them.
    """
    due_at = slot.next_from(now)[0] if is_posted(channel.kind) else slot.ready_at
    return {"due_at": due_at, "latest_at": slot.latest}


@transaction.atomic
def plan_one(turn: Turn, now: datetime) -> int:
    """Add the row of a post, unless another pump was faster; return how many are new."""
    slot = turn.first(now)
    dispatch = start(slot, now)
    reason = ""
    if dispatch.cancelled_at is not None:
        reason = Reason.STOPPED
    elif slot.is_missed(now):
        reason = Reason.TOO_LATE
    values = {**new_row(reason, now), **moments_of(turn.channel, slot, now)}
    post, made = Post.objects.get_or_create(
        dispatch=dispatch, channel=turn.channel, defaults=values
    )
    if made:
        post.sites.set(sites_of(turn.slots))
    return int(made)


def move(turn: Turn, post: Post, now: datetime) -> None:
    """Give a post that waits the moment and the sites of today.

    It keeps to the site for which it was planned: what is overdue there does not wait for the
    next one. What was tried already is never given less time: somebody may have asked for that.
    """
    moment = moments_of(turn.channel, turn.first(post.due_at), now)
    waiting = Post.objects.filter(pk=post.pk, state=State.PLANNED)
    movable = waiting.filter(Q(attempts=0) | Q(latest_at__lt=moment["latest_at"]))
    if movable.exclude(**moment).update(**moment):
        post.sites.set(sites_of(turn.slots))


@transaction.atomic
def take_up_again(turn: Turn, post: Post, now: datetime) -> None:
    """Plan again what was cancelled before its time came again."""
    slot = turn.first(now)
    if not slot.is_open(now):
        return
    moment = moments_of(turn.channel, slot, now)
    cancelled = Post.objects.filter(
        Q(reason__in=[NotSent.NOT_MEANT, NotSent.UNDATED])
        | Q(reason=Reason.TOO_LATE, latest_at__lt=moment["latest_at"]),
        pk=post.pk,
    )
    if revive(cancelled, **moment):
        post.sites.set(sites_of(turn.slots))


def waiting_posts() -> PostQuerySet:
    """Return what waits of approved messages."""
    approved = Approval.State.APPROVED
    return Post.objects.filter(state=State.PLANNED, dispatch__message__approvals__state=approved)


def call_off_others(
    waiting: PostQuerySet, turns: set[Key], undated: set[Key], now: datetime
) -> None:
    """Cancel those of some posts that wait though their channel concerns the message no more.

    Where that cannot be told, since no site of it has a day, this is the reason.
    """
    rows = waiting.values_list("pk", "dispatch__message", "channel")
    gone: dict[str, list[int]] = defaultdict(list)
    for pk, *key in rows:
        if tuple(key) not in turns:
            gone[NotSent.UNDATED if tuple(key) in undated else NotSent.NOT_MEANT].append(pk)
    for reason, ids in gone.items():
        cancel(Post.objects.filter(pk__in=ids), reason, now)


def cancel_late_posts(now: datetime) -> int:
    """Cancel what waits beyond its latest send time.

    What somebody posts by hand stays on their list, overdue: it may have been done, and not
    been ticked off.
    """
    late = Post.objects.to_be_sent().filter(state=State.PLANNED, latest_at__lt=now)
    rows = Post.objects.filter(pk__in=list(late.values_list("pk", flat=True)))
    return cancel(rows, Reason.TOO_LATE, now)


def follow_posts(approval: Approval, quiet_until: datetime, now: datetime) -> None:
    """Let posts of an earlier version follow this one: its channels, and its quiet minutes."""
    rows = posts_of(approval)
    meant = [one.id for one in approval.frozen.channels]
    take_back(rows, now)
    revive(rows.filter(reason=NotSent.WITHDRAWN, channel__in=meant))
    cancel(rows.exclude(channel__in=meant), NotSent.NOT_MEANT, now)
    rows.filter(state=State.PLANNED, due_at__lt=quiet_until).update(due_at=quiet_until)


def withdraw_posts(approval: Approval, now: datetime) -> int:
    """Cancel the posts that wait for a version which is withdrawn; return how many."""
    return stop(posts_of(approval), NotSent.WITHDRAWN, now)


def posts_of(approval: Approval) -> PostQuerySet:
    """Return the posts of the approved message, without a join, as ``ledger_of`` does."""
    dispatches = Dispatch.objects.filter(message=approval.message_id)
    return Post.objects.filter(dispatch__in=dispatches)
