"""What pages say of the channels of groups: which a content names, what was posted, what waits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch

from communications.dispatches.models import Dispatch, Post
from communications.dispatches.models.post import PostQuerySet
from communications.dispatches.queries.ledger import Ledger
from communications.mailroom.models import State
from communications.messages.models import Approval, Channel
from communications.messages.models.content import Content
from communications.messages.rendering import (
    GroupText,
    group_language,
    group_text,
    texts_for_group,
)
from programmes.design.formats import moment
from programmes.models import Site
from programmes.scope import Scope

DONE_FOR = timedelta(days=30)
DONE_SHOWN = 20
# What opens a channel is not read where it is not needed: to decrypt it takes time.
SEALED = ("address", "secret")
SEALED_BELOW = ("channel__address", "channel__secret")


def channels_named(contents: Iterable[Content], scope: Scope) -> dict[int, Channel]:
    """Return the channels in view that some contents name, by id; no query if none does."""
    ids = {one.id for content in contents for one in content.channels}
    return Channel.objects.within(scope).defer(*SEALED).in_bulk(ids) if ids else {}


def channels_in(content: Content, known: Mapping[int, Channel]) -> list[Channel]:
    """Return the channels of one content, by name."""
    found = [known[one.id] for one in content.channels if one.id in known]
    return sorted(found, key=lambda channel: channel.name)


def text_of(post: Post, approval: Approval) -> GroupText | None:
    """Return what a version says on the channel of a post; None if it is not meant for it."""
    targets = approval.frozen.channels
    target = next((one for one in targets if one.id == post.channel_id), None)
    texts = texts_for_group(approval.frozen, target.kind) if target else {}
    language = group_language(target.language, texts) if target else None
    if language is None:
        return None
    text = texts[language]
    programme = post.dispatch.message.programme
    return group_text(programme, language, text["subject"], text["body"])


@dataclass(frozen=True)
class PostLine:
    """A post as its reader may see it.

    ``look`` is a key of the status marks; ``detail`` says why, where or until when; ``sites`` are
    those in view.
    """

    post: Post
    look: str
    detail: str
    sites: list[Site]


def posts_of(dispatch: Dispatch, scope: Scope, now: datetime) -> list[PostLine]:
    """Return the posts of a dispatch in view, in two queries at most."""
    found = _with_sites(Post.objects.within(scope).filter(dispatch=dispatch), scope)
    return [
        PostLine(post, _look(post, now), _detail(post), list(post.sites.all())) for post in found
    ]


def _with_sites(rows: PostQuerySet, scope: Scope) -> PostQuerySet:
    sites = Site.objects.within(scope).order_by("name")
    found: PostQuerySet = (
        rows.select_related("channel")
        .defer(*SEALED_BELOW)
        .prefetch_related(Prefetch("sites", sites))
    )
    return found.order_by("channel__name", "pk")


def _look(post: Post, now: datetime) -> str:
    if post.state == State.CLAIMED:
        return "planned"
    if post.state == State.PLANNED and post.channel.kind == Channel.Kind.BY_HAND:
        return "late" if post.latest_at < now else "waiting"
    return str(post.state)


def _detail(post: Post) -> str:
    if post.state == State.PLANNED and post.next_try_at:
        return f"{post.reason_words} · {moment(post.next_try_at)}"
    return post.place or post.reason_words


def possible_by(lines: Iterable[PostLine], ledger: Ledger) -> int:
    """Return how many people without a mail of a sending work where a post of it was sent."""
    told = {site.pk for line in lines if line.post.state == State.SENT for site in line.sites}
    there = (each for each in ledger.sites if each.site.pk in told)
    return sum(each.people - each.parts["sent"] for each in there)


@dataclass(frozen=True)
class Task:
    """A post that waits for somebody to post it by hand, with what to copy.

    Attributes:
        post: its row, with its channel.
        text: what is to be posted.
        sites: those in view.
        is_overdue: whether its latest moment has passed.

    """

    post: Post
    text: GroupText
    sites: list[Site]
    is_overdue: bool


def tasks(now: datetime) -> PostQuerySet:
    """Return what waits for somebody to post it by hand."""
    rows: PostQuerySet = Post.objects.by_hand().filter(
        state=State.PLANNED,
        due_at__lte=now,
        channel__is_active=True,
        dispatch__in=Dispatch.objects.running(),
    )
    return rows


def tasks_in(scope: Scope, now: datetime) -> PostQuerySet:
    """Return what waits in a programme at a site in view."""
    found: PostQuerySet = tasks(now).within(scope)
    return found


def tasks_at(scope: Scope, now: datetime) -> PostQuerySet:
    """Return what waits at sites in view, the most urgent first, with its channel and sites."""
    rows = _with_sites(tasks_in(scope, now), scope).order_by("latest_at", "pk")
    return rows.select_related("channel", "dispatch__message__programme")


def task_lines(posts: Iterable[Post], now: datetime) -> list[Task]:
    """Return some of what waits with the text to post, in one query more.

    What is withdrawn meanwhile is left out.
    """
    waiting = list(posts)
    messages = [post.dispatch.message_id for post in waiting]
    approvals = Approval.objects.standing().filter(message__in=messages)
    standing = {approval.message_id: approval for approval in approvals}
    return [
        Task(post, text, list(post.sites.all()), post.latest_at < now)
        for post in waiting
        if (approval := standing.get(post.dispatch.message_id))
        and (text := text_of(post, approval))
    ]


@dataclass(frozen=True)
class Done:
    """What was posted by hand, with its title as it was approved."""

    post: Post
    title: str


def done_by_hand(scope: Scope, now: datetime) -> list[Done]:
    """Return what was posted by hand in the last weeks at sites in view, the latest first."""
    rows = Post.objects.by_hand().within(scope)
    found = rows.filter(state=State.SENT, ended_at__gte=now - DONE_FOR)
    named = found.filter(approval__isnull=False).select_related("channel", "approval")
    posts = named.defer(*SEALED_BELOW).order_by("-ended_at", "-pk")[:DONE_SHOWN]
    return [Done(post, post.approval.frozen.title) for post in posts if post.approval]


@dataclass(frozen=True)
class ByHand:
    """How many posts wait for somebody at sites in view, and how many of them are overdue."""

    waiting: int
    overdue: int


def by_hand(scope: Scope, now: datetime) -> ByHand:
    """Count what waits for somebody, in one query."""
    latest = list(tasks_in(scope, now).values_list("latest_at", flat=True))
    return ByHand(len(latest), sum(1 for at in latest if at < now))
