"""What of this floor is to be done on site: posts by hand, what to tell, files of the kit."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.approvals.queries.review_todo import Reviews
from communications.dispatches.models import Dispatch, Post
from communications.dispatches.queries.plans import plans_of
from communications.dispatches.queries.slots import Slot, planned_at
from communications.groups.services.post import tick_off, untick
from communications.kits.queries.kit_board import KitBoard
from communications.kits.queries.kit_next import kit_next
from communications.messages.rendering import written_date
from communications.messages.services.refusal import RefusedError
from communications.models import Approval, State
from programmes.design.formats import listed, number, size
from programmes.models import Done
from programmes.queries.todo import Thing, TodoSource, Week, register

# A site has so long to hang up what is new; a first kit is wanted so long before a go-live.
TO_TAKE = timedelta(days=7)
BEFORE_GO_LIVE = timedelta(days=21)
# What nobody told within a week is no news any more.
TOLD_LATE = timedelta(days=7)
# So many sites are named, of the others the number.
NAMED = 3


def slots_of(week: Week) -> list[Slot]:
    """Return when each message of the plan is due at sites in view."""

    def find() -> list[Slot]:
        return planned_at(plans_of(week.programme, week.scope), week.places)

    found: list[Slot] = week.recall("planned", find)
    return found


class Posts(TodoSource):
    """Posts in groups and on boards; the mark of a post says that it was posted."""

    key, action = "post", "post.write"

    def things(self, week: Week) -> Iterator[Thing]:
        """Yield what waits, and what was posted lately (one query)."""
        titles = titles_of(slots_of(week))
        sites: defaultdict[int, list[Any]] = defaultdict(list)
        posts: dict[int, Post] = {}
        for row in _sites_of_posts(week):
            posts[row.post_id] = row.post
            sites[row.post_id].append(row.site)
        for pk, post in posts.items():
            if title := titles.get(post.dispatch.message_id):
                yield _post(post, title, sites[pk], week)

    def tick(self, thing: Thing, week: Week, by: Any) -> None:
        """Call it posted today, in its own group; what was posted meanwhile is done as well.

        Raises:
            RefusedError: it does not wait any more and was not posted, or no approval stands.
        """
        post = _post_of(thing, week)
        today = timezone.localdate(week.now)
        try:
            tick_off(post, today, post.channel.name, by, week.now)
        except RefusedError:
            # A finger that taps twice, or a colleague, was quicker than this list.
            if not Post.objects.filter(pk=post.pk, state=State.SENT).exists():
                raise

    def undo(self, thing: Thing, week: Week, by: Any) -> None:
        """Let it wait again."""
        untick(_post_of(thing, week), by, week.now)


def _sites_of_posts(week: Week) -> Iterable[Any]:
    """Return posts by hand with one of their sites in view each."""
    waits = Q(
        post__state=State.PLANNED,
        post__due_at__lte=week.now,
        post__channel__is_active=True,
        post__dispatch__in=Dispatch.objects.running(),
    )
    done = Q(post__state=State.SENT, post__ended_at__gte=week.since)
    rows = Post.sites.through._default_manager.filter(
        waits | done,
        post__in=Post.objects.by_hand().within(week.scope).order_by().values("pk"),
    )
    if week.scope.regions is not None:
        rows = rows.filter(site__region__in=week.scope.regions)
    return rows.select_related("post__channel", "post__dispatch", "site").order_by(
        "site__name", "pk"
    )


def _post(post: Post, title: str, sites: list[Any], week: Week) -> Thing:
    day = timezone.localtime(post.latest_at, ZoneInfo(sites[0].time_zone)).date()
    where = reverse("communications:post-list", args=[week.programme.slug])
    return Thing(
        source=Posts.key,
        key=str(post.pk),
        what=_("Post “%(title)s” in %(group)s") % {"title": title, "group": post.channel.name},
        where=named([site.name for site in sites]),
        due_on=day,
        url=f"{where}#post-{post.pk}",
        done_at=post.ended_at,
        said=post.place,
    )


def _post_of(thing: Thing, week: Week) -> Post:
    posts = Post.objects.within(week.scope).select_related("channel", "dispatch__message")
    return posts.get(pk=thing.key)


def titles_of(slots: Iterable[Slot]) -> dict[int, str]:
    """Return the approved titles of messages by their ids."""
    return {
        slot.plan.message.pk: slot.approval.frozen.title
        for slot in slots
        if slot.plan.state == Approval.State.APPROVED
    }


class Briefings(TodoSource):
    """What leaves at a site, so that its people also hear it from somebody they know."""

    key, action = "tell", "kit.download"

    def things(self, week: Week) -> Iterator[Thing]:
        """Yield a thing for each message, region and day, what was told apart (one query)."""
        grouped: defaultdict[tuple[int, int, date, bool], list[Slot]] = defaultdict(list)
        for slot in slots_of(week):
            if _is_news(slot, week):
                region, is_told = slot.wave_site.site.region_id, _tick(slot, week) is not None
                grouped[slot.plan.message.pk, region, slot.on, is_told].append(slot)
        for group in grouped.values():
            yield _briefing(sorted(group, key=lambda one: one.wave_site.site.name), week)


def _is_news(slot: Slot, week: Week) -> bool:
    """Tell whether it is worth telling: what is urgent is over before anybody meets."""
    return (
        slot.plan.message.source == "message"
        and slot.plan.state == Approval.State.APPROVED
        and not slot.approval.frozen.schedule.is_urgent
        and week.today - TOLD_LATE <= slot.on <= week.last_on
    )


def _tick(slot: Slot, week: Week) -> Done | None:
    return week.tick_at(Briefings.key, str(slot.plan.message.pk), slot.wave_site.site_id)


def _briefing(slots: list[Slot], week: Week) -> Thing:
    first, message = slots[0], slots[0].plan.message.pk
    tick, words = _tick(first, week), _("Tell people about “%(title)s”")
    return Thing(
        source=Briefings.key,
        key=str(message),
        what=words % {"title": _title(slots)},
        where=named([slot.wave_site.site.name for slot in slots]),
        due_on=first.on,
        url=reverse("communications:message-show", args=[week.programme.slug, message]),
        sites=tuple(slot.wave_site.site_id for slot in slots),
        done_at=tick.at if tick else None,
        said=str(tick.by or "") if tick else "",
    )


def _title(slots: Sequence[Slot]) -> str:
    """Return the title of a message, with the go-live date where all these sites share it."""
    frozen = slots[0].approval.frozen
    days = {slot.wave_site.live_on for slot in slots}
    if len(days) > 1:
        return frozen.title
    return frozen.title_with({"go_live_date": written_date(days.pop(), frozen.title_language)})


def named(names: list[str]) -> str:
    """Return the first names of a list, and how many more there are."""
    if len(names) <= NAMED:
        return listed(names)
    more = len(names) - NAMED
    words = ngettext("%(names)s and %(n)d more", "%(names)s and %(n)d more", more)
    return words % {"names": listed(names[:NAMED]), "n": more}


class KitFiles(TodoSource):
    """The kit of the go-live that comes next; taking it along says that it was taken."""

    key, action = "kit", "kit.download"

    def things(self, week: Week) -> Iterator[Thing]:
        """Yield what is new, or the whole before the first time, of each region in view."""
        for board in week.recall("kits", lambda: _kits(week)):
            if due_on := _wanted_on(board, week.today):
                yield _kit(board, due_on, week)
            elif board.since and not board.new:
                yield _taken(board, week)

    def tick(self, thing: Thing, week: Week, by: Any) -> None:
        """Leave it open: only taking it along says so."""

    def undo(self, thing: Thing, week: Week, by: Any) -> None:
        """Leave it done: what was taken along is there."""


def _kits(week: Week) -> list[KitBoard]:
    regions = {place.site.region_id: place.site.region for place in week.places}
    found = (
        kit_next(
            week.programme,
            region,
            [place for place in week.places if place.site.region_id == pk],
            week.scope,
            week.today,
        )
        for pk, region in sorted(regions.items())
    )
    return [board for board in found if board]


def _wanted_on(board: KitBoard, today: date) -> date | None:
    """Return until when something of a kit is to be taken along; None where nothing is."""
    if board.new:
        first = min(one.version.made_at.date() for one in board.new if one.version)
        before = board.live_on if board.live_on > today else date.max
        return min(first + TO_TAKE, before)
    if board.since is None and board.there and board.live_on > today:
        return board.live_on - BEFORE_GO_LIVE
    return None


def _kit(board: KitBoard, due_on: date, week: Week) -> Thing:
    if board.new:
        words = ngettext(
            "Download %(n)s new kit file", "Download %(n)s new kit files", len(board.new)
        )
        what, extent, taken = words % {"n": number(len(board.new))}, "new", board.new_size
    else:
        what, extent, taken = (
            _("Download the kit for %(wave)s") % {"wave": board.wave},
            "all",
            board.size,
        )
    return Thing(
        **_of_kit(board, week),
        what=what,
        due_on=due_on,
        sends_to=reverse("communications:kit-download", args=[week.programme.slug]),
        fields=(
            ("region", board.region.slug),
            ("wave", str(board.wave.pk)),
            ("lang", ""),
            ("extent", extent),
        ),
        button=_("Download (%(size)s)") % {"size": size(taken)},
    )


def _taken(board: KitBoard, week: Week) -> Thing:
    return Thing(
        **_of_kit(board, week),
        what=_("Download the kit for %(wave)s") % {"wave": board.wave},
        due_on=week.today,
        done_at=board.since,
        may_undo=False,
    )


def _of_kit(board: KitBoard, week: Week) -> dict[str, Any]:
    page = reverse("communications:kit-show", args=[week.programme.slug])
    return {
        "source": KitFiles.key,
        "key": f"{board.wave.pk}-{board.region.pk}",
        "where": board.region.name,
        "url": f"{page}?{board.query}",
    }


register(Posts())
register(Reviews())
register(Briefings())
register(KitFiles())
